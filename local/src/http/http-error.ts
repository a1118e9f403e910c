import { ExpectedError } from '../expected-error';

/** An error that a service returns. */
export class HttpError extends ExpectedError {
  /** The value of the `x-amzn-errortype` header. */
  public readonly name: string;
  /** HTTP status. */
  public readonly status: number;
  /** Members of the body in addition to the message. */
  public readonly fields: Readonly<Record<string, unknown>>;

  constructor(name: string, status: number, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}
