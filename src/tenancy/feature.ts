import { Module, type ModuleMetadata, type Type } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import type { ApiTag } from '../openapi/document.js';

/** A table of a tenant's schema, and what becomes of its rows in an export. */
export type TenantTable = { entity: Type<ObjectLiteral> } & (ExportedTable | { notExported: string });

/** The rows of a tenant come from an export. */
export interface Arrival {
  /** The revision of all of them. */
  revision: number;
  at: Date;
}

export interface ExportedTable {
  /** The name of one row: the `type` of its lines in an export. */
  row: string;
  /** The name of several rows: their count in the last line of an export. */
  rows: string;
  /** The properties that order the rows of an export, and together name one; `id` unless given. */
  key?: string | readonly string[];
  /** Properties that an export has beside those that the API shows. */
  also?: readonly string[];
  /** The properties of an imported row that its export does not tell, or that mean something else here. */
  arriving?: (arrival: Arrival) => object;
  /** Whether the migrations make its only row. An import replaces it. */
  isOneRow?: boolean;
  /** Whether people change the rows: the changes name them by `row` in `resource`. */
  isResource: boolean;
}

/** The declaration of a feature: from it follow tables, exports, changes and the groups of the API's description. */
interface FeatureDeclaration {
  /** Groups of its operations, in the order in which they are shown. */
  tags?: readonly ApiTag[];
  /** Its tables in every tenant's schema, in the order of an export. */
  tables?: readonly TenantTable[];
}

const FEATURE = 'atrium:feature';

/** Injection token of the tables that make up a tenant's schema. */
export const TENANT_TABLES = Symbol('tenant tables');

/** A Nest module that declares a feature. It takes part once it stands in FEATURES of src/app.module.ts. */
export function Feature({ tags, tables, ...metadata }: FeatureDeclaration & ModuleMetadata): ClassDecorator {
  return (module) => {
    Module(metadata)(module);
    Reflect.defineMetadata(FEATURE, { tags, tables } satisfies FeatureDeclaration, module);
  };
}

/** The tables of all features, in the order of the features. */
export function tablesOf(features: readonly Type[]): TenantTable[] {
  return features.flatMap((feature) => [...(declarationOf(feature).tables ?? [])]);
}

/** The groups of all features, each once. */
export function tagsOf(features: readonly Type[]): ApiTag[] {
  const tags = features.flatMap((feature) => [...(declarationOf(feature).tags ?? [])]);
  return [...new Map(tags.map((tag) => [tag.name, tag])).values()];
}

/** The names of rows that people change. */
export function resourcesOf(tables: readonly TenantTable[]): string[] {
  return tables.flatMap((table) => ('row' in table && table.isResource ? [table.row] : []));
}

/** @throws Error for a module without a declaration */
function declarationOf(feature: Type): FeatureDeclaration {
  const declaration = Reflect.getMetadata(FEATURE, feature) as FeatureDeclaration | undefined;
  if (!declaration) throw new Error(`${feature.name} stands among the features and is not declared by @Feature()`);
  return declaration;
}
