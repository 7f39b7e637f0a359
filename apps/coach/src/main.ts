import { coach } from '@skep/contracts/coach';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AccountDeletionModule } from './account-deletion/account-deletion.module.js';
import { AccountExportModule } from './account-export/account-export.module.js';
import { BoardModule } from './board/board.module.js';
import { CheckInModule } from './check-in/check-in.module.js';
import { CoachConfig } from './coach.config.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HealthModule } from './health/health.module.js';
import { HomeModule } from './home/home.module.js';
import { InsightModule } from './insight/insight.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { ModelModule } from './model/model.module.js';
import { PersonModule } from './person/person.module.js';
import { PlanModule } from './plan/plan.module.js';
import { QuestionModule } from './question/question.module.js';
import { RaceModule } from './race/race.module.js';
import { RecommendationModule } from './recommendation/recommendation.module.js';
import { RouteModule } from './route/route.module.js';
import { RouteSendModule } from './route-send/route-send.module.js';
import { SourceModule } from './source/source.module.js';

export const service: Service = {
  name: 'coach',
  contract: coach,
  config: CoachConfig,
  modules: [
    AccountDeletionModule,
    AccountExportModule,
    BoardModule,
    CheckInModule,
    ErasureModule,
    HealthModule,
    HomeModule,
    InsightModule,
    IntakeModule,
    ModelModule,
    PersonModule,
    PlanModule,
    QuestionModule,
    RaceModule,
    RecommendationModule,
    RouteModule,
    RouteSendModule,
    SourceModule,
  ],
  main: import.meta.url,
  tenantScoped: true,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
