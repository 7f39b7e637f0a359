import { Empty } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Int, List, Shape, Text } from '../fields.js';

const docs = {
  category_id: { description: 'Id of the category.', example: 'productivity' },
  category_name: { description: 'Name of the category.', example: 'Productivity' },
} satisfies Record<string, FieldDocs>;

@Shape('A category that has listings.')
export class Category {
  @Text(docs.category_id) id!: string;
  @Text(docs.category_name) name!: string;
  @Int({ description: 'Number of listings in the category.', example: 7 }) app_count!: number;
}

@Shape('The categories that have listings.')
export class CategoryList {
  @List('text', { description: 'Ids of the categories.', example: ['productivity'] }) categories!: string[];
  @List(() => Category, { description: 'Same categories, with names and counts.' }) items!: Category[];
}

@Shape('A category for apps.')
export class CategoryItem {
  @Text(docs.category_id) id!: string;
  @Text(docs.category_name) name!: string;
  @Text({ description: 'Emoji of the category.', example: '⚡' }) icon!: string;
}

@Shape('A group of categories.')
export class CategoryGroup {
  @Text({ description: 'Id of the group.', example: 'work' }) id!: string;
  @Text({ description: 'Name of the group.', example: 'Work' }) name!: string;
  @List(() => CategoryItem, { description: 'Categories of the group.' }) categories!: CategoryItem[];
}

@Shape('All categories that an app can have.')
export class CategoryCatalog {
  @List(() => CategoryGroup, { description: 'Groups of categories, in the order to show them.' }) groups!: CategoryGroup[];
  @Text({ ...docs.category_id, description: 'Id of the category that forms select first.' }) default_category!: string;
}

export const categoryMembers = {
  listCategories: operation('List the categories that have listings', {
    description: 'Public. Categories without listings are left out.',
    input: Empty,
    output: CategoryList,
    scope: 'marketplace:read',
  }),
  getCategoryCatalog: operation('Read all categories for apps', {
    description: 'Public. Every category that an app can have, in groups, for forms.',
    input: Empty,
    output: CategoryCatalog,
    scope: 'marketplace:read',
  }),
};
