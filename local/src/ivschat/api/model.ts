import { SHAPE_OVERRIDES } from './model-overrides';
import model from './model.json';

/*
 * model.json: operations and shapes of botocore's model of Amazon IVS Chat (2020-07-14), without the documentation.
 * Copyright Amazon.com, Inc. or its affiliates, Apache License 2.0, https://github.com/boto/botocore
 */

export interface Reference {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
}

export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Reference>>;
  readonly union?: boolean;
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly maxBytes?: number;
  readonly httpStatusCode?: number;
}

export interface Operation {
  readonly method: string;
  readonly requestUri: string;
  readonly responseCode: number;
  readonly input: string;
  readonly output?: string;
  readonly errors: readonly string[];
}

const operations: ReadonlyMap<string, Operation> = new Map(Object.entries(model.operations));
const shapes: ReadonlyMap<string, Shape> = new Map(
  Object.entries(model.shapes as Record<string, Shape>).map(([name, shape]) => [name, { ...shape, ...SHAPE_OVERRIDES[name] }]),
);

export const OPERATION_NAMES: readonly string[] = [...operations.keys()];

export function findOperation(name: string): Operation | undefined {
  return operations.get(name);
}

export function findShape(name: string): Shape | undefined {
  return shapes.get(name);
}

export function shapeOf(name: string): Shape {
  const shape = shapes.get(name);
  if (!shape) throw new Error(`The API model has no shape ${name}`);
  return shape;
}
