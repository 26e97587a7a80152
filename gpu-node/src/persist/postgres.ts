/** PostgreSQL through `pg`: the only file that imports the driver. */
import pg from 'pg';
import {
  type Database,
  DatabaseAwayError,
  type Queryable,
  type QueryResult,
  ShopErasedError,
  type Statement,
  type Transactional,
} from './database.ts';
import { Listener, type ListenerOptions, type ListeningConnection, type ListenOptions } from './listen.ts';

export interface PostgresOptions {
  readonly url: string;
  /** Connections at most. Default 10. */
  readonly poolSize?: number;
  /** Wait for a connection, a new one or a free one of the pool. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** The server ends a statement after this time. Default 10,000. */
  readonly statementTimeoutMs?: number;
  /** The server ends a connection that sits in an open transaction. Default 15,000. */
  readonly idleInTransactionTimeoutMs?: number;
  /** close() stops waiting for statements in flight after this time. Default 5,000. */
  readonly closeTimeoutMs?: number;
  /** Shown in pg_stat_activity. Default edge-ocr. */
  readonly applicationName?: string;
  /** Told of connections that broke while nobody used them; the pool replaces them. */
  readonly onConnectionError?: (error: Error) => void;
}

/** How much longer than the server the client waits for a statement: it only matters when the network went silent. */
const SILENCE_MARGIN_MS = 2_000;
const DATE_OID = 1082;

/**
 * Opens no connection yet; the first query does. Named statements and sessions need connections of their own, so a
 * PgBouncer in between has to pool by session.
 * @throws Error when the URL is none, without showing it: it may hold a password.
 */
export function connectPostgres(options: PostgresOptions): Database {
  if (!/^postgres(ql)?:/.test(options.url) || !URL.canParse(options.url)) {
    throw new Error('The database URL is not of the form postgres://user:password@host:port/name');
  }
  const pool = createPool(options);
  let closing: Promise<void> | undefined;
  return {
    query: (statement, values) => withClient(pool, (client) => run(client, statement, values)),
    transaction: (work) =>
      withClient(pool, (client) => transactionOn((statement, values) => run(client, statement, values), work)),
    session: (work, statementTimeoutMs) =>
      withClient(pool, (client) => sessionOn(client, work, statementTimeoutMs), { discard: true }),
    listen: (channel, onNotification, onReady) =>
      listen(options, channel, { onNotification, onListening: onReady ?? (() => {}) }),
    close: () => {
      closing ??= endPool(pool, options.closeTimeoutMs ?? 5_000);
      return closing;
    },
  };
}

/**
 * A connection of its own on which the server notifies of a channel.
 * @throws DatabaseAwayError
 */
export async function openListener(options: ListenOptions): Promise<ListeningConnection> {
  const client = new pg.Client({
    connectionString: options.url,
    connectionTimeoutMillis: options.timeoutMs,
    query_timeout: options.timeoutMs,
    keepAlive: true,
    application_name: options.name ?? 'edge-ocr listener',
  });
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    options.onEnd();
  };
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ payload }) => options.onNotification(payload ?? ''));
  const close = async () => {
    over = true;
    await client.end().catch(() => {});
  };
  try {
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(options.channel)}`);
  } catch (error) {
    await close();
    throw translated(error);
  }
  return {
    check: async () => {
      await client.query('SELECT 1').catch((error: unknown) => {
        throw translated(error);
      });
    },
    close,
  };
}

function createPool(options: PostgresOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: options.applicationName ?? 'edge-ocr',
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + SILENCE_MARGIN_MS,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 15_000,
    types: { getTypeParser: parserOf },
  });
  const report = options.onConnectionError ?? (() => {});
  pool.on('error', report);
  // The pool listens only while a client is idle; one that breaks between two statements of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A DATE is a day, not an instant: pg would turn it into midnight of this machine's time zone. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === DATE_OID ? (value) => value : pg.types.getTypeParser(oid, format as 'text');
}

async function withClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  { discard = false } = {},
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw translated(error);
  });
  try {
    const result = await work(client);
    client.release(discard);
    return result;
  } catch (error) {
    const failure = translated(error);
    // pool.query() would throw the connection away after any error, even a mere constraint violation.
    client.release(discard || failure instanceof DatabaseAwayError);
    throw failure;
  }
}

async function run<Row>(
  client: pg.PoolClient,
  statement: Statement | string,
  values?: readonly unknown[],
  queryTimeoutMs?: number,
): Promise<QueryResult<Row>> {
  const config: pg.QueryConfig & { query_timeout?: number } =
    typeof statement === 'string' ? { text: statement } : { ...statement };
  if (queryTimeoutMs !== undefined) config.query_timeout = queryTimeoutMs;
  try {
    const result = await client.query(values ? { ...config, values: [...values] } : config);
    // Of several statements there are several results, which the driver's types do not tell.
    if (Array.isArray(result)) return { rows: result.flatMap(({ rows }) => rows as Row[]), rowCount: 0 };
    return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
  } catch (error) {
    throw translated(error);
  }
}

async function sessionOn<T>(
  client: pg.PoolClient,
  work: (session: Transactional) => Promise<T>,
  statementTimeoutMs?: number,
): Promise<T> {
  const queryTimeoutMs = statementTimeoutMs && statementTimeoutMs + SILENCE_MARGIN_MS;
  const query: Queryable['query'] = (statement, values) => run(client, statement, values, queryTimeoutMs);
  if (statementTimeoutMs)
    await query('SELECT set_config($1, $2, false)', ['statement_timeout', `${statementTimeoutMs}`]);
  return work({ query, transaction: (inner) => transactionOn(query, inner) });
}

async function transactionOn<T>(query: Queryable['query'], work: (transaction: Queryable) => Promise<T>): Promise<T> {
  await query('BEGIN');
  try {
    const result = await work({ query });
    await query('COMMIT');
    return result;
  } catch (error) {
    await query('ROLLBACK').catch((rollbackError: unknown) => {
      // A connection that cannot roll back must not go back to the pool with its transaction open.
      throw new DatabaseAwayError(new AggregateError([error, rollbackError]));
    });
    throw error;
  }
}

/** A connection that went silent shows only when it is asked something. */
const LISTEN_CHECK_MS = 10_000;
const RECONNECT_MS = 250;
const RECONNECT_MAX_MS = 5_000;

function listen(
  options: PostgresOptions,
  channel: string,
  told: Pick<ListenerOptions, 'onNotification' | 'onListening'>,
) {
  const listener = new Listener({
    ...told,
    open: openListener,
    url: options.url,
    channel,
    name: `${options.applicationName ?? 'edge-ocr'} ${channel}`,
    timeoutMs: options.connectTimeoutMs ?? 5_000,
    checkMs: LISTEN_CHECK_MS,
    retryMs: RECONNECT_MS,
    retryMaxMs: RECONNECT_MAX_MS,
    onError: (error) => options.onConnectionError?.(error as Error),
  });
  return { stop: () => listener.close() };
}

async function endPool(pool: pg.Pool, timeoutMs: number): Promise<void> {
  const capped = Promise.withResolvers<void>();
  const timer = setTimeout(capped.resolve, timeoutMs);
  await Promise.race([pool.end(), capped.promise]).finally(() => clearTimeout(timer));
}

const AWAY_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** Shut down, crashed, starting, full, statement or idle timeout; https://www.postgresql.org/docs/current/errcodes-appendix.html */
const AWAY_SQLSTATES = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '57014', '25P03']);
/** Of the trigger refuse_erased_shop. */
const SHOP_ERASED = 'EO403';
/** pg gives these no code. */
const AWAY_MESSAGES =
  /connection terminated|connection error|timeout exceeded when trying to connect|query read timeout|not queryable|after calling end/i;

function translated(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseAwayError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === SHOP_ERASED) return new ShopErasedError(error);
  const away =
    AWAY_SYSTEM_CODES.has(code) ||
    AWAY_SQLSTATES.has(code) ||
    /^08...$/.test(code) ||
    (code === '' && AWAY_MESSAGES.test(error.message));
  return away ? new DatabaseAwayError(error) : error;
}
