/** What the rest of the node knows of the database: an interface without a driver in it. */
import { OcrError } from '@edge-ocr/shared/errors';

/** SQL with $1, $2, … in place of every value. A named statement is prepared once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

export interface QueryResult<Row> {
  readonly rows: Row[];
  /** Rows read or changed. */
  readonly rowCount: number;
}

export interface Queryable {
  /**
   * Run one statement. Without `values` the text may hold several statements, whose rows come one after the other.
   * @throws DatabaseAwayError when the database cannot be reached or does not answer in time;
   *   a refused statement throws the driver's error, which carries its SQLSTATE in `code`.
   */
  query<Row = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

export interface Transactional extends Queryable {
  /** Commits when `work` resolves; rolls back and rethrows when it rejects. Not to be nested. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
}

export interface Database extends Transactional {
  /**
   * Everything in `work` runs on one connection, which is thrown away afterwards: its settings and locks end with it.
   * @param statementTimeoutMs in place of the usual one.
   */
  session<T>(work: (session: Transactional) => Promise<T>, statementTimeoutMs?: number): Promise<T>;
  /**
   * Have `onNotification` told of NOTIFY on a channel, over a connection of its own that is opened anew whenever it breaks.
   * @param onReady called each time that listening begins: what was notified before it, or while the connection was broken,
   *   is not told.
   */
  listen(channel: string, onNotification: (payload: string) => void, onReady?: () => void): Listening;
  /** Idempotent. Waits for statements in flight, with a cap. */
  close(): Promise<void>;
}

export interface Listening {
  /** Idempotent. */
  stop(): Promise<void>;
}

/** The database is away, not wrong: the same call may succeed later. Rendered to clients as OVERLOADED. */
export class DatabaseAwayError extends OcrError {
  constructor(cause: unknown) {
    super('OVERLOADED', { message: 'The database does not answer', retryAfterSeconds: 5, cause });
    this.name = 'DatabaseAwayError';
  }
}

/** The shop's data were erased, and nothing of it is taken in any more. Rendered to clients as FORBIDDEN. */
export class ShopErasedError extends OcrError {
  constructor(cause: unknown) {
    super('FORBIDDEN', {
      message: 'The data of this shop were erased, and nothing new is taken in for it',
      suggestion: 'Ask the operator of this service if the shop is to be admitted again.',
      cause,
    });
    this.name = 'ShopErasedError';
  }
}
