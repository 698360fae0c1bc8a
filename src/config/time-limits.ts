// Every fixed time limit of the service, derived from one another where one depends on another. docs/time-limits.md
// lists them, and a spec keeps the two equal. Times that an operator sets are in environment.ts.

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

// HTTP

/** From the connection, or the first byte of a later request, to the end of the headers: a slow client ends here. */
export const HTTP_HEADERS_TIMEOUT_MS = 10 * SECOND_MS;

/** From the first byte of a request to its last: the headers, and some seconds more for the body, a table of 1 MiB at most. */
export const HTTP_REQUEST_TIMEOUT_MS = HTTP_HEADERS_TIMEOUT_MS + 5 * SECOND_MS;

/** Node compares requests with the two limits above this often, so they are exact to a second. */
export const HTTP_TIMEOUT_CHECK_MS = SECOND_MS;

/**
 * From the last byte read or written, until a connection with bytes to write is closed. Node looks at the bytes that the
 * system has taken when this passes, so a client that reads on has no end, and one that stopped has at most twice this.
 * It is longer than the limits above, so that a slow request is answered 408.
 */
export const HTTP_STALL_TIMEOUT_MS = HTTP_REQUEST_TIMEOUT_MS + 5 * SECOND_MS;

/** Load balancers keep idle connections for 60 s. Ours last longer, so that the balancer closes first. */
export const HTTP_KEEP_ALIVE_MS = MINUTE_MS + 15 * SECOND_MS;

/** Browsers keep the answer to a preflight for this long. */
export const PREFLIGHT_SECONDS = 600;

/** Retry-After of a 503: most outages of the database or an issuer are shorter, or much longer. */
export const RETRY_AFTER_SECONDS = 5;

/** An Idempotency-Key and its answer are kept for a day, which is longer than any client repeats a request. */
export const IDEMPOTENCY_KEPT_MS = DAY_MS;

/** A write without a key deletes the tenant's old records, too, unless one did so within this time. */
export const IDEMPOTENCY_SWEEP_MS = HOUR_MS;

// One tenant's rows

/** A write waits this long for the same tenant's other writers in the same process. */
export const WRITERS_QUEUE_TIMEOUT_MS = 15 * SECOND_MS;

/** The caller is answered within this time: the longest wait in the queue, and 3 s for the write after it. */
export const DATABASE_DEADLINE_MS = WRITERS_QUEUE_TIMEOUT_MS + 3 * SECOND_MS;

/** A tenant that could not be opened is tried again after this pause, and not at every request. */
export const TENANT_REOPEN_PAUSE_MS = SECOND_MS;

/** A tenant that could not be opened counts as failing for this long, unless it could be opened since. */
export const TENANT_FAILING_MS = MINUTE_MS;

/** A tenant that nobody asked for in this time is closed, which gives its memory and file descriptors back. */
export const TENANT_IDLE_MS = 10 * MINUTE_MS;

/** Idle tenants are looked for this often. */
export const TENANT_SWEEP_MS = TENANT_IDLE_MS / 10;

// SQL Server

/** A server in reach accepts a connection and a login well within this. */
export const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;

/** A borrower waits this long for a permit of its share, then as long again for a connection of the pool. */
export const ACQUIRE_TIMEOUT_MS = 4 * SECOND_MS;

/** A statement of a request takes milliseconds; one that takes this long waits for something that does not come. */
export const STATEMENT_TIMEOUT_MS = 15 * SECOND_MS;

/** The server has this long to confirm that it has cancelled a statement; then the connection is closed. */
export const CANCEL_TIMEOUT_MS = SECOND_MS;

/**
 * A connection is closed when its borrower has it this long: the longest statement, its cancellation, and 4 s to roll
 * back. The driver's own limit ends with the first byte of an answer, so a server that stalls after that would keep it.
 */
export const LOAN_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + CANCEL_TIMEOUT_MS + 4 * SECOND_MS;

/** A connection that worked within this time is lent without asking the server first. */
export const PROVEN_CONNECTION_MS = SECOND_MS;

/** Pause before a transaction that the server rolled back is repeated; at most this, times the number of the attempt. */
export const ROLLED_BACK_PAUSE_MS = 50;

// Migrations and the tenants' lifecycle

/** A statement of a migration or an export: building an index on a long history takes its time. */
export const MAINTENANCE_STATEMENT_TIMEOUT_MS = HOUR_MS;

/** A migrator waits this long for another one to be done with the same schema. */
export const MIGRATION_LOCK_TIMEOUT_MS = 10 * MINUTE_MS;

/** Adding, moving or retiring a tenant waits this long while another process does the same to it. */
export const TENANT_LOCK_TIMEOUT_MS = 5 * SECOND_MS;

/** Before that it waits this long for others of its process, one of which may itself wait for such a lock. */
export const LIFECYCLE_PERMIT_TIMEOUT_MS = 2 * TENANT_LOCK_TIMEOUT_MS;

/** Only one process writes to SQLite's files; a wait would block its event loop. */
export const SQLITE_LOCK_TIMEOUT_MS = 100;

/** A purge pauses this long after each batch of rows, so that the tenant's writers have their turn. */
export const PURGE_PAUSE_MS = 50;

// What pods tell each other

/** A pod asks this often whether another process changed the catalogue, announced or not. */
export const CATALOGUE_POLL_MS = 400;

/** A command waits this long for Redis to take its announcement; then the pods' polls have to do. */
export const ANNOUNCE_TIMEOUT_MS = SECOND_MS;

/** The command tries this often, until Redis is connected. */
export const ANNOUNCE_RETRY_MS = 20;

/** A repeated warning is logged once, then counted for this long: a flood is not a flood of lines. */
export const REPEATED_LOG_MS = MINUTE_MS;

// The cache

/** After an announcement that told nothing new, the database is not asked again for this long: forgeries cost little. */
export const FALSE_ANNOUNCEMENT_PAUSE_MS = 20;

/** A reader whose tenant's version is in doubt waits this long for the database, then has the last good answer. */
export const VERSION_DEADLINE_MS = SECOND_MS;

/** A tenant not read for this long is dropped from the poll; its next request reads the version first. */
export const VERSION_IN_USE_MS = 5 * MINUTE_MS;

/** An answer that changes sooner is not compressed: most of its readers would come before its coding is made. */
export const CODING_MIN_MS = SECOND_MS;

/** A call to Redis: one that is frozen keeps its connections and answers nothing, and no reader waits longer. */
export const REDIS_CALL_TIMEOUT_MS = 100;

/** Redis drops an answer after this time; nobody looks for old versions. */
export const REDIS_TTL_MS = HOUR_MS;

/** Redis is left alone for this long after three calls in a row failed. */
export const REDIS_PAUSE_MS = SECOND_MS;

/** Then one call finds out whether it is back: a little later, when the circuit breaker lets it through. */
export const REDIS_TRIAL_MS = REDIS_PAUSE_MS + 50;

/** The socket to Redis opens within this time, or is tried again. */
export const REDIS_CONNECT_TIMEOUT_MS = SECOND_MS;

/** An idle connection to Redis is asked for a sign of life this often. */
export const REDIS_PING_MS = SECOND_MS;

/** A connection to Redis that is silent while four pings fall due is given up and made anew. */
export const REDIS_SILENCE_MS = 4 * REDIS_PING_MS;

/** The longest pause between two attempts to connect to Redis; the first is 50 ms, each next one twice as long. */
export const REDIS_RECONNECT_PAUSE_MS = 2 * SECOND_MS;

// Operators and tokens

/** `/health` gives a database this long. */
export const PROBE_TIMEOUT_MS = 2 * SECOND_MS;

/** An answer of the database serves all who ask `/health` within this time. */
export const PROBE_KEPT_MS = SECOND_MS;

/** DRAIN_DELAY_MS in production, unless it is set: balancers notice within this time that a pod is not ready. */
export const DRAIN_DELAY_DEFAULT_MS = 3 * SECOND_MS;

/** While the process drains, connections that have become idle are closed this often. */
export const DRAIN_SWEEP_MS = 50;

/** A request whose body does not go on for this long is given up while the process drains. */
export const DRAIN_HALF_REQUEST_MS = 1_500;

/** The same signal again within this time is the first one, which came two ways. */
export const SAME_SIGNAL_MS = SECOND_MS;

/** A text of metrics serves all who ask within this time. */
export const METRICS_KEPT_MS = SECOND_MS;

/** An exporter of traces and metrics has this long for what is left at the end. */
export const LAST_EXPORT_TIMEOUT_MS = SECOND_MS;

/** The issuer answers a request for its OpenID configuration within this time. */
export const DISCOVERY_TIMEOUT_MS = 5 * SECOND_MS;

/** An issuer's keys are fetched anew past this age: it may have withdrawn one. */
export const KEYS_FRESH_MS = 10 * MINUTE_MS;

/** While the issuer fails, its keys are trusted up to this age. */
export const KEYS_KEPT_MS = DAY_MS;

/** Anybody can make up a key id. An unknown one has the keys fetched when they are older than this. */
export const KEYS_COOLDOWN_MS = 30 * SECOND_MS;

/** An issuer that failed twice in a row is not asked again for this long, and each further time for longer. */
export const ISSUER_PAUSE_MS = SECOND_MS;

/** The longest of those pauses. */
export const ISSUER_PAUSE_MAX_MS = 30 * SECOND_MS;

/** A token is good this long past its expiry, since clocks differ. */
export const CLOCK_SKEW_SECONDS = 60;

/** A token that was verified counts as one of staff for this long, where the rate is limited; each use renews it. */
export const STAFF_TOKEN_KEPT_MS = 10 * MINUTE_MS;

/** `atrium token` signs nothing that is good for longer. */
export const TOKEN_LIFETIME_MAX_MS = 366 * DAY_MS;

/** The token that the start prints while tokens are signed with the development secret. */
export const DEMO_TOKEN_LIFETIME_MS = 7 * DAY_MS;

// Webhooks

/** A pod that does a tenant's work and does not renew its lease loses it after this time. */
export const WORK_LEASE_MS = 15 * SECOND_MS;

/** Leases are renewed this often: one renewal may fail. */
export const WORK_RENEWAL_MS = WORK_LEASE_MS / 3;

/** A pod asks this often for work that is due, or that a dead pod left: one statement, however many tenants there are. */
export const WORK_POLL_MS = 10 * SECOND_MS;

/** A pod asks this often whether a write went by unnoticed, since its pod died with it: one statement per 250 tenants. */
export const WORK_SWEEP_MS = 30 * SECOND_MS;

/** Work that another pod is doing is asked for again after this time. */
export const WORK_RETRY_MS = SECOND_MS;

/** A pod that finds something it cannot begin yet looks again after this time. */
export const WORK_MOMENT_MS = 20;

/** A receiver answers a message within this time, from the name server to the head of the answer. */
export const WEBHOOK_TIMEOUT_MS = 10 * SECOND_MS;

/** A part of it: until the connection is made, TLS included. */
export const WEBHOOK_CONNECT_TIMEOUT_MS = WEBHOOK_TIMEOUT_MS / 2;

/** A name server that does not answer is asked once more after this time. */
export const WEBHOOK_NAME_TIMEOUT_MS = 2 * SECOND_MS;

/** The pause after the first failure of a message, at most; each next pause is twice as long. */
export const WEBHOOK_FIRST_PAUSE_MS = 8 * SECOND_MS;

/** The longest pause between two attempts. */
export const WEBHOOK_PAUSE_MAX_MS = 4 * HOUR_MS;

/** A message that fails for this long is dead; a webhook that fails for this long is switched off. */
export const WEBHOOK_GIVE_UP_MS = 3 * DAY_MS;

/** Records of messages are kept for this long after the last attempt. */
export const WEBHOOK_RECORDS_KEPT_MS = 30 * DAY_MS;

/** Old records of a centre are deleted this often at most. */
export const WEBHOOK_CLEANUP_MS = DAY_MS;

/** A process that ends waits this long for the answers of receivers. What is open then is sent again by another. */
export const WEBHOOK_DRAIN_MS = 2 * SECOND_MS;

/** After a rotation messages are signed with both secrets for this long. */
export const WEBHOOK_SECRET_OVERLAP_MS = DAY_MS;

// Streams

/** A stream on which nothing happens gets a line this often: proxies end connections that are silent for a minute. */
export const STREAM_HEARTBEAT_MS = 15 * SECOND_MS;

/** A client whose stream has ended connects again after this time. */
export const STREAM_RETRY_MS = 2 * SECOND_MS;

/** A stream is ended after this time: a token may have expired, and pods that are new take their part. */
export const STREAM_MAX_MS = HOUR_MS;

/** The answers of a centre are compared this often at most: a large one is not made anew at each of its boundaries. */
export const STREAM_PAUSE_MS = 50;
