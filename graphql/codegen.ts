import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of resolvers, generated from the schema by `npm run generate` and committed. */
const config: CodegenConfig = {
  schema: 'graphql/schema.graphql',
  generates: {
    'graphql/schema.generated.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        maybeValue: 'T | null',
        contextType: './analytics-context.ts#AnalyticsContext',
        scalars: {
          ID: { input: 'string', output: 'string' },
          Date: { input: 'string', output: 'string' },
          DateTime: {
            input: '../statements/instant.ts#Instant',
            output: '../statements/instant.ts#Instant',
          },
        },
        mappers: {
          WorkforceReport: './metrics/report.ts#Report',
          Slice: './metrics/report.ts#Slice as ReportSlice',
          Skill: './catalogue.ts#SkillRecord',
          Course: './catalogue.ts#CourseRecord',
          KpiEffect: './metrics/training-roi.ts#KpiEffect as MeasuredEffect',
          PilotReport: './metrics/pilot.ts#PilotReport as MeasuredPilot',
          Audit: './metrics/audit.ts#Audit as AuditedPeriod',
          Person: './people/person.ts#PersonRecord',
          PersonSkill: './people/person-skills.ts#PersonSkillRecord',
          NextStep: './people/next-steps.ts#NextStepRecord',
        },
      },
    },
  },
};

// The one default export of graphql/: codegen reads its configuration from there.
// eslint-disable-next-line no-restricted-exports
export default config;
