export interface Rounds {
  readonly warmUp: number;
  readonly counted: number;
}

/** How much each group measures. */
export interface Effort {
  /** False if there are too few rounds for a verdict on a time. Sizes, calls and deliveries have one all the same. */
  readonly judgesTimes: boolean;
  readonly synth: Rounds;
  readonly load: Rounds;
  readonly handlerLoads: number;
  /** Rooms at a rate that CloudFormation does not accept. */
  readonly customResourceRooms: number;
  readonly ready: Rounds;
  readonly roundTrip: { readonly connections: number; readonly passes: Rounds };
  readonly broadcast: { readonly connections: number; readonly messages: Rounds };
  /** Requests to a quiet server, and for how long each kind of flood lasts. */
  readonly flood: { readonly requests: number; readonly milliseconds: number };
  /** Requests through each way to a function: its URL, and two routes of an HTTP API. */
  readonly httpApi: Rounds;
  /** Replays of a chat log. */
  readonly replay: Rounds;
  /** New processes, passes over the messages in each, and words of each dictionary. */
  readonly filter: { readonly loads: number; readonly rounds: number; readonly dictionaryWords: number };
  /** Each connection sends ten messages in a pass. */
  readonly endurance: { readonly connections: number; readonly passes: Rounds; readonly redeployments: Rounds };
}

export const FULL: Effort = {
  judgesTimes: true,
  synth: { warmUp: 6, counted: 90 },
  load: { warmUp: 3, counted: 25 },
  handlerLoads: 15,
  customResourceRooms: 100,
  // The first round finds nothing in the file system's cache.
  ready: { warmUp: 1, counted: 5 },
  roundTrip: { connections: 250, passes: { warmUp: 2, counted: 4 } },
  broadcast: { connections: 1000, messages: { warmUp: 10, counted: 30 } },
  flood: { requests: 300, milliseconds: 3000 },
  httpApi: { warmUp: 50, counted: 500 },
  replay: { warmUp: 1, counted: 3 },
  filter: { loads: 11, rounds: 10, dictionaryWords: 1_000_000 },
  endurance: { connections: 100, passes: { warmUp: 2, counted: 20 }, redeployments: { warmUp: 5, counted: 200 } },
};

export const QUICK: Effort = {
  judgesTimes: false,
  synth: { warmUp: 1, counted: 2 },
  load: { warmUp: 1, counted: 2 },
  handlerLoads: 3,
  customResourceRooms: 10,
  ready: { warmUp: 0, counted: 1 },
  roundTrip: { connections: 20, passes: { warmUp: 0, counted: 1 } },
  broadcast: { connections: 100, messages: { warmUp: 1, counted: 2 } },
  flood: { requests: 20, milliseconds: 300 },
  httpApi: { warmUp: 2, counted: 10 },
  replay: { warmUp: 0, counted: 1 },
  filter: { loads: 1, rounds: 1, dictionaryWords: 20_000 },
  endurance: { connections: 50, passes: { warmUp: 1, counted: 1 }, redeployments: { warmUp: 3, counted: 3 } },
};
