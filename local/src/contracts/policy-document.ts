export interface PolicyDocument {
  readonly Version?: string;
  // From a template, so it may have any form.
  readonly Statement: any | any[];
}
