import { GraphWidget, type HorizontalAnnotation, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

export interface Graph {
  readonly title: string;
  readonly left: IMetric[];
  readonly right: IMetric[];
  readonly leftAnnotations?: HorizontalAnnotation[];
}

export function graph(title: string, left: IMetric[], right: IMetric[] = [], leftAnnotations?: HorizontalAnnotation[]): Graph {
  return { title, left, right, leftAnnotations };
}

/** Two graphs are as wide as a dashboard. */
export function widgetOf(properties: Graph): IWidget {
  return new GraphWidget({ ...properties, width: 12, height: 6, leftYAxis: { min: 0 }, rightYAxis: { min: 0 } });
}
