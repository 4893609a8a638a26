import type { Queryable } from '../src/database.ts';

/**
 * Answers what the database says after some messages, which it then forgets. Within the database, because two thousand shuffles
 * of twenty messages are forty thousand journeys otherwise. Not compared is what tells when and how often messages came:
 * created_at, updated_at, last_seen_at, messages_received and integrity_flags of a session; nor has_completed, which says which of
 * two visits was heard first.
 */
const STATE_AFTER = `
  create schema if not exists test;
  create function test.state_after(p_video_id uuid, p_anonymous_id uuid, p_messages jsonb) returns jsonb language plpgsql as $$
  declare
    m record;
    v_state jsonb;
  begin
    begin
      for m in
        select * from jsonb_to_recordset(p_messages) as message (
          kind text, session uuid, key text, seq integer, age bigint, watch bigint, content bigint, watched int4multirange,
          rewatched int4multirange, "position" integer, duration integer, counters jsonb, context jsonb, arrives timestamptz
        )
      loop
        perform private.merge_watch_session(
          m.kind, m.session, m.key, p_video_id, m.seq, m.age, m.watch, m.content, m.watched, m.rewatched, m."position",
          m.duration, m.counters, m.context, p_anonymous_id, null, p_now => m.arrives
        );
      end loop;
      select jsonb_agg(fact order by fact) into v_state
      from (
        select to_jsonb(s) - '{created_at,updated_at,last_seen_at,messages_received,integrity_flags,has_completed}'::text[] as fact
        from public.video_watch_sessions as s
        where s.video_id = p_video_id
        union all
        select (to_jsonb(p) - '{created_at,updated_at,last_contact_at,completed_at}'::text[])
          || jsonb_build_object('is_completed', p.completed_at is not null)
        from public.video_progress as p
        where p.video_id = p_video_id
        union all
        -- Which of two visits crossed a line shared by both depends on which was heard first; that it was crossed does not.
        select jsonb_strip_nulls(jsonb_build_object(
          'event_type', e.event_type,
          'percent_complete', case when e.event_type = 'video_progress' then e.metadata -> 'percent_complete' end,
          'session_id', case when e.event_type in ('video_started', 'video_rewatched') then e.session_id end
        ))
        from public.video_analytics_events as e
        where e.video_id = p_video_id
      ) as facts;
      raise sqlstate 'UNDO0';
    exception when sqlstate 'UNDO0' then
      null;
    end;
    return v_state;
  end;
  $$;
`;

/** Once per database, by its owner. */
export function installStateAfter(database: Queryable): Promise<void> {
  return database.exec(STATE_AFTER);
}

/** What is known of a video after some messages (rows as `toRow` has them) of one viewer; nothing of it stays. */
export async function readStateAfter(
  database: Queryable,
  { video, anonymous, messages }: { video: string; anonymous: string; messages: readonly object[] },
): Promise<unknown> {
  const { rows } = await database.query<{ state: unknown }>('select test.state_after($1, $2, $3) as state', [
    video,
    anonymous,
    JSON.stringify(messages),
  ]);
  return rows[0]?.state;
}
