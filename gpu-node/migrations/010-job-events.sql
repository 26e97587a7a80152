-- What listeners are told of jobs, written in the transaction that changes the job. Kept for an hour, so that a client
-- that lost its connection can go on where it was.
CREATE TABLE job_events (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id UUID NOT NULL,
  job_id UUID NOT NULL,
  -- As in the contract, without job_id; job_completed without the result, which lies with the job.
  event JSONB NOT NULL CHECK (event ->> 'event' IS NOT NULL),
  -- Ids become visible in the order of commits, not in their own. Readers go by (xact, id), and only up to the oldest
  -- transaction that still runs: before that one nothing can appear any more.
  xact XID8 NOT NULL DEFAULT pg_current_xact_id(),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()
);

CREATE INDEX idx_job_events_shop ON job_events (shop_id, xact, id);
CREATE INDEX idx_job_events_job ON job_events (job_id, xact, id);

-- Up to where events were removed: whoever wants to go on from before that has missed some.
CREATE TABLE job_events_swept (
  is_the_row BOOLEAN PRIMARY KEY DEFAULT true CHECK (is_the_row),
  xact XID8 NOT NULL,
  id BIGINT NOT NULL
);
INSERT INTO job_events_swept (xact, id) VALUES ('0', 0);

-- Which shops a node has listeners of. Commits that notify wait for each other, all over the server: only those that
-- somebody waits for do. Unlogged: after a crash nodes write their rows anew.
CREATE UNLOGGED TABLE job_event_listeners (
  shop_id UUID NOT NULL,
  node_id UUID NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (shop_id, node_id)
);

CREATE FUNCTION notify_job_event_listeners() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('ocr_job_events', json_build_object('shop', shop_id, 'id', max(id))::text)
  FROM added
  WHERE EXISTS (
    SELECT FROM job_event_listeners l WHERE l.shop_id = added.shop_id AND l.expires_at > clock_timestamp()
  )
  GROUP BY shop_id;
  RETURN NULL;
END $$;

CREATE TRIGGER job_events_notify AFTER INSERT ON job_events
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION notify_job_event_listeners();
