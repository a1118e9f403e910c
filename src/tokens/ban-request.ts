/**
 * Wire types: what the function of `ChatBans` is invoked with. The format is documented, because backends use it as well.
 *
 * A room is an ID, an ARN, or `*` for all rooms.
 */
export type BanRequest = BanUserRequest | ListBansRequest | ReportTokenLifeRequest | UnbanUserRequest;

export interface BanUserRequest {
  readonly action: 'ban';
  readonly room: string;
  readonly userId: string;
  /** Rooms in which to disconnect the user, in addition to `room`. Needed for `*`. */
  readonly disconnectFrom?: string[];
  /** Without it, the ban has no end. */
  readonly minutes?: number;
  /** Sent to the clients of the user: up to 256 characters. */
  readonly reason?: string;
  /** Who bans the user. Stored with the ban. */
  readonly bannedBy?: string;
  /** Whether the ban does not apply to moderators. The token endpoint sets this, so that moderators cannot ban each other. */
  readonly exceptModerators?: boolean;
}

export interface UnbanUserRequest {
  readonly action: 'unban';
  readonly room: string;
  readonly userId: string;
  /** Whether only a ban with `exceptModerators` is lifted. The token endpoint sets this: moderators lift bans of moderators. */
  readonly exceptModerators?: boolean;
}

export interface ListBansRequest {
  readonly action: 'list';
  readonly room: string;
  /** `next` of the previous page. */
  readonly after?: string;
}

/** Sent by the token endpoint when chat tokens are valid for longer than known. Second disconnects wait for that long. */
export interface ReportTokenLifeRequest {
  readonly action: 'reportTokenLife';
  readonly seconds: number;
}

export interface Ban {
  readonly room: string;
  readonly userId: string;
  /** In seconds since 1970, like `until`. */
  readonly bannedAt: number;
  readonly until?: number;
  readonly reason?: string;
  readonly bannedBy?: string;
  readonly exceptModerators?: boolean;
}

export interface BanUserResponse {
  readonly room: string;
  readonly userId: string;
  readonly until?: number;
  /** Rooms in which the user has been disconnected. Sessions in other rooms end by themselves. */
  readonly disconnectedFrom: string[];
}

export interface UnbanUserResponse {
  readonly removed: boolean;
}

export interface ListBansResponse {
  readonly bans: Ban[];
  /** Set if there are more. */
  readonly next?: string;
}
