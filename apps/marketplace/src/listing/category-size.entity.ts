import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many apps of a category are listed, so that no list counts them. The category '' holds the apps without one. */
@Entity('category_size')
export class CategorySizeEntity {
  @PrimaryColumn('text') category: string;
  @Column('bigint') app_count: number;
}
