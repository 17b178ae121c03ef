/** What a stage makes of an alert. `until`: when it is worth looking again; null: when something happens. */
export type Decision =
  | { readonly kind: 'pass'; readonly why: string }
  | { readonly kind: 'wait'; readonly why: string; readonly until: number | null }
  | { readonly kind: 'stop'; readonly why: string };
