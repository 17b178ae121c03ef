import type { ScoreSettings } from './score.ts';

/** Transactions in 5 min and 1 h, buys and sells in 5 min, volume in 5 min and 1 h (USD), liquidity (USD), age (h). */
type Inputs = readonly [
  tx5m: number,
  tx1h: number,
  buys5m: number,
  sells5m: number,
  volume5mUsd: number,
  volume1hUsd: number,
  liquidityUsd: number | null,
  ageHours: number | null,
];

/** The four components and the total, to 6 places. */
type Values = readonly [
  txAcceleration: number,
  volumeMomentum: number,
  freshness: number,
  orderFlow: number,
  score: number,
];

/** One score, computed by hand. */
export interface GoldenCase {
  readonly name: string;
  readonly metrics: Inputs;
  /** Where they differ from the defaults. */
  readonly settings?: Partial<ScoreSettings>;
  /** The smoothed values before it; without them it is the first. */
  readonly before?: Values;
  readonly expected: Values;
  /** After it; without them they are those expected. */
  readonly smoothed?: Values;
}

/**
 * Computed from the formulas of the score with 50-digit decimals, not by the code. The comments give the arithmetic:
 * transaction acceleration; volume momentum; freshness; order flow; total.
 */
export const GOLDEN_SCORES: readonly GoldenCase[] = [
  // ln(1+5/5)/ln(1+60/60) = 0.693147/0.693147; 100/(1200/12)*1; (6-3)/6; 1/5*5/500; 0.25*(1 + 1 + 0.5 + 0.002)
  {
    name: 'an even market',
    metrics: [5, 60, 3, 2, 100, 1200, 100000, 3],
    expected: [1, 1, 0.5, 0.002, 0.6255],
  },
  // ln(1+30/5)/ln(1+120/60) = 1.94591/1.098612; 600/(3600/12)*sqrt(25000/100000); (6-3)/6; 10/30*30/500; 0.25*(1.771244 + 1 + 0.5 + 0.02)
  {
    name: 'twice the pace',
    metrics: [30, 120, 20, 10, 600, 3600, 25000, 3],
    expected: [1.771244, 1, 0.5, 0.02, 0.822811],
  },
  // 0; 0; (6-1)/6; 0; 0.25*(0 + 0 + 0.833333 + 0)
  {
    name: 'no trades at all',
    metrics: [0, 0, 0, 0, 0, 0, 50000, 1],
    expected: [0, 0, 0.833333, 0, 0.208333],
  },
  // 0; 0; (6-2)/6; 0; 0.25*(0 + 0 + 0.666667 + 0)
  {
    name: 'trades in the hour, none in the five minutes',
    metrics: [0, 400, 0, 0, 0, 9000, 50000, 2],
    expected: [0, 0, 0.666667, 0, 0.166667],
  },
  // ln(1+1/5)/ln(1+1/60) = 0.182322/0.016529 = 11.030203, cap 10; 50/(50/12)*1; (6-0)/6; 1/1*1/500; 0.25*(10 + 12 + 1 + 0.002)
  {
    name: 'one trade in the hour: acceleration at its cap of 10',
    metrics: [1, 1, 1, 0, 50, 50, 100000, 0],
    expected: [10, 12, 1, 0.002, 5.7505],
  },
  // ln(1+30/5)/ln(1+30/60) = 1.94591/0.405465; 1000/(1000/12)*1; (6-0)/6; 0/30*30/500; 0.25*(4.799205 + 12 + 1 + 0)
  {
    name: 'the whole hour in the five minutes',
    metrics: [30, 30, 15, 15, 1000, 1000, 100000, 0],
    expected: [4.799205, 12, 1, 0, 4.449801],
  },
  // ln(1+100/5)/ln(1+100/60) = 3.044522/0.980829; 1000/(12000/12)*1; (6-1)/6; 20/100*100/500; 0.25*(3.104029 + 1 + 0.833333 + 0.04)
  {
    name: 'fewer trades in the hour than in the five minutes',
    metrics: [100, 50, 60, 40, 1000, 12000, 100000, 1],
    expected: [3.104029, 1, 0.833333, 0.04, 1.244341],
  },
  // ln(1+60/5)/ln(1+720/60) = 2.564949/2.564949; 500/(500/12)*1; (6-5)/6; 20/60*60/500; 0.25*(1 + 12 + 0.166667 + 0.04)
  {
    name: 'less volume in the hour than in the five minutes',
    metrics: [60, 720, 40, 20, 500, 300, 100000, 5],
    expected: [1, 12, 0.166667, 0.04, 3.301667],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 777/(777/12)*1; (6-5.5)/6; 0/10*10/500; 0.25*(1 + 12 + 0.083333 + 0)
  {
    name: 'all volume of the hour in the five minutes: 12, the most there is',
    metrics: [10, 120, 5, 5, 777, 777, 250000, 5.5],
    expected: [1, 12, 0.083333, 0, 3.270833],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 80/(80/12)*1; (6-6)/6; 4/10*10/500; 0.25*(1 + 12 + 0 + 0.008)
  {
    name: 'volume without an hour counts as the hour',
    metrics: [10, 120, 7, 3, 80, 0, 100000, 6],
    expected: [1, 12, 0, 0.008, 3.252],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 300/(3600/12)*0.5; (6-4.5)/6; 6/10*10/500; 0.25*(1 + 0.5 + 0.25 + 0.012)
  {
    name: 'liquidity not known',
    metrics: [10, 120, 8, 2, 300, 3600, null, 4.5],
    expected: [1, 0.5, 0.25, 0.012, 0.4405],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 300/(3600/12)*sqrt(0/100000); (6-4.5)/6; 6/10*10/500; 0.25*(1 + 0 + 0.25 + 0.012)
  {
    name: 'no liquidity',
    metrics: [10, 120, 8, 2, 300, 3600, 0, 4.5],
    expected: [1, 0, 0.25, 0.012, 0.3155],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 300/(3600/12)*sqrt(400/100000); (6-4.5)/6; 6/10*10/500; 0.25*(1 + 0.063246 + 0.25 + 0.012)
  {
    name: 'little liquidity',
    metrics: [10, 120, 8, 2, 300, 3600, 400, 4.5],
    expected: [1, 0.063246, 0.25, 0.012, 0.331311],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 300/(3600/12)*1; (6-4.5)/6; 6/10*10/500; 0.25*(1 + 1 + 0.25 + 0.012)
  {
    name: 'liquidity just at its threshold',
    metrics: [10, 120, 8, 2, 300, 3600, 100000, 4.5],
    expected: [1, 1, 0.25, 0.012, 0.5655],
  },
  // ln(1+10/5)/ln(1+120/60) = 1.098612/1.098612; 300/(3600/12)*1; (6-4.5)/6; 6/10*10/500; 0.25*(1 + 1 + 0.25 + 0.012)
  {
    name: 'liquidity far beyond its threshold',
    metrics: [10, 120, 8, 2, 300, 3600, 90000000, 4.5],
    expected: [1, 1, 0.25, 0.012, 0.5655],
  },
  // ln(1+24/5)/ln(1+240/60) = 1.757858/1.609438; 250/(2000/12)*sqrt(64000/100000); 0; 0/24*24/500; 0.25*(1.092219 + 1.2 + 0 + 0)
  {
    name: 'age not known',
    metrics: [24, 240, 12, 12, 250, 2000, 64000, null],
    expected: [1.092219, 1.2, 0, 0, 0.573055],
  },
  // ln(1+24/5)/ln(1+240/60) = 1.757858/1.609438; 250/(2000/12)*sqrt(64000/100000); (6-0)/6; 0/24*24/500; 0.25*(1.092219 + 1.2 + 1 + 0)
  {
    name: 'just created',
    metrics: [24, 240, 12, 12, 250, 2000, 64000, 0],
    expected: [1.092219, 1.2, 1, 0, 0.823055],
  },
  // ln(1+24/5)/ln(1+240/60) = 1.757858/1.609438; 250/(2000/12)*sqrt(64000/100000); (6-6)/6; 0/24*24/500; 0.25*(1.092219 + 1.2 + 0 + 0)
  {
    name: 'exactly six hours old',
    metrics: [24, 240, 12, 12, 250, 2000, 64000, 6],
    expected: [1.092219, 1.2, 0, 0, 0.573055],
  },
  // ln(1+24/5)/ln(1+240/60) = 1.757858/1.609438; 250/(2000/12)*sqrt(64000/100000); (6-26280)/6 < 0; 0/24*24/500; 0.25*(1.092219 + 1.2 + 0 + 0)
  {
    name: 'three years old',
    metrics: [24, 240, 12, 12, 250, 2000, 64000, 26280],
    expected: [1.092219, 1.2, 0, 0, 0.573055],
  },
  // ln(1+250/5)/ln(1+1500/60) = 3.931826/3.258097; 2500/(15000/12)*sqrt(81000/100000); (6-6)/6; -250/250*250/500; 0.25*(1.206786 + 1.8 + 0 - 0.5)
  {
    name: 'sells only',
    metrics: [250, 1500, 0, 250, 2500, 15000, 81000, 6],
    expected: [1.206786, 1.8, 0, -0.5, 0.626697],
  },
  // ln(1+500/5)/ln(1+30000/60) = 4.615121/6.216606; 100/(24000/12)*sqrt(1/100000); (6-9)/6 < 0; -500/500*1; 0.25*(0.742386 + 0.000158 + 0 - 1)
  {
    name: 'sells only, and nothing to make up for it',
    metrics: [500, 30000, 0, 500, 100, 24000, 1, 9],
    expected: [0.742386, 0.000158, 0, -1, -0.064364],
  },
  // ln(1+500/5)/ln(1+6000/60) = 4.615121/4.615121; 5000/(60000/12)*1; (6-3)/6; 300/500*1; 0.25*(1 + 1 + 0.5 + 0.6)
  {
    name: 'order flow just significant',
    metrics: [500, 6000, 400, 100, 5000, 60000, 100000, 3],
    expected: [1, 1, 0.5, 0.6, 0.775],
  },
  // ln(1+4000/5)/ln(1+20000/60) = 6.685861/5.812138; 80000/(400000/12)*1; (6-0.5)/6; 2000/4000*1; 0.25*(1.150327 + 2.4 + 0.916667 + 0.5)
  {
    name: 'more trades than are significant',
    metrics: [4000, 20000, 3000, 1000, 80000, 400000, 4000000, 0.5],
    expected: [1.150327, 2.4, 0.916667, 0.5, 1.241748],
  },
  // ln(1+499/5)/ln(1+6000/60) = 4.613138/4.615121; 5000/(60000/12)*1; (6-3)/6; 499/499*499/500; 0.25*(0.999571 + 1 + 0.5 + 0.998)
  {
    name: 'one trade below significance',
    metrics: [499, 6000, 499, 0, 5000, 60000, 100000, 3],
    expected: [0.999571, 1, 0.5, 0.998, 0.874393],
  },
  // ln(1+150/5)/ln(1+900/60) = 3.433987/2.772589; 4000/(24000/12)*sqrt(36000/100000); (6-1.5)/6; 30/150*150/500; 0.7*1.238549 + 0.05*1.2 + 0.25*0.75
  {
    name: 'weights of production, rescaled to 1',
    metrics: [150, 900, 90, 60, 4000, 24000, 36000, 1.5],
    settings: { wTx: 0.7, wVol: 0.05, wFresh: 0.25, wOi: 0 },
    expected: [1.238549, 1.2, 0.75, 0.06, 1.114484],
  },
  // ln(1+80/5)/ln(1+600/60) = 2.833213/2.397895; 1000/(12000/12)*sqrt(5000/20000); (2-1)/2; -40/80*80/100; 1*-0.4
  {
    name: 'order flow alone, other thresholds',
    metrics: [80, 600, 20, 60, 1000, 12000, 5000, 1],
    settings: {
      wTx: 0,
      wVol: 0,
      wFresh: 0,
      wOi: 1,
      freshnessThresholdMs: 2 * 3_600_000,
      liquidityFactorThreshold: 20000,
      orderflowSignificanceThreshold: 100,
    },
    expected: [1.181542, 0.5, 0.5, -0.4, -0.4],
  },
  // ln(1+30/5)/ln(1+120/60) = 1.94591/1.098612; 600/(3600/12)*sqrt(25000/100000); (6-3)/6; 10/30*30/500; 0.25*(1.771244 + 1 + 0.5 + 0.02)
  {
    name: 'EWMA, first of a chain: stands for itself',
    metrics: [30, 120, 20, 10, 600, 3600, 25000, 3],
    expected: [1.771244, 1, 0.5, 0.02, 0.822811],
  },
  // 0; 0; (6-3.5)/6; 0; 0.25*(0 + 0 + 0.416667 + 0)
  // EWMA 0.3*x + 0.7*before: 0.3*0.104167 + 0.7*0.822811 = 0.607218
  {
    name: 'EWMA, second of the chain: no trades any more',
    metrics: [0, 120, 0, 0, 0, 3600, 25000, 3.5],
    before: [1.771244, 1, 0.5, 0.02, 0.822811],
    expected: [0, 0, 0.416667, 0, 0.104167],
    smoothed: [1.239871, 0.7, 0.475, 0.014, 0.607218],
  },
  // ln(1+30/5)/ln(1+120/60) = 1.94591/1.098612; 600/(3600/12)*sqrt(25000/100000); (6-4)/6; -20/30*30/500; 0.25*(1.771244 + 1 + 0.333333 - 0.04)
  // EWMA 0.3*x + 0.7*before: 0.3*0.766144 + 0.7*0.607218 = 0.654896
  {
    name: 'EWMA, third of the chain: order flow turns',
    metrics: [30, 120, 5, 25, 600, 3600, 25000, 4],
    before: [1.239871, 0.7, 0.475, 0.014, 0.607218],
    expected: [1.771244, 1, 0.333333, -0.04, 0.766144],
    smoothed: [1.399283, 0.79, 0.4325, -0.0022, 0.654896],
  },
  // ln(1+5/5)/ln(1+60/60) = 0.693147/0.693147; 100/(1200/12)*1; (6-4.5)/6; 1/5*5/500; 0.25*(1 + 1 + 0.25 + 0.002)
  // EWMA 0.9*x + 0.1*before: 0.9*0.563 + 0.1*0.654896 = 0.57219
  {
    name: 'EWMA, fourth of the chain with alpha 0.9',
    metrics: [5, 60, 3, 2, 100, 1200, 100000, 4.5],
    settings: { ewmaAlpha: 0.9 },
    before: [1.399283, 0.79, 0.4325, -0.0022, 0.654896],
    expected: [1, 1, 0.25, 0.002, 0.563],
    smoothed: [1.039928, 0.979, 0.26825, 0.00158, 0.57219],
  },
];
