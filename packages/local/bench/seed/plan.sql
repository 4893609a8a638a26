-- Viewers with habits, for benches, tests and demos: any number of visits, the same ones every time. Each fact is drawn by
-- a digest of (seed, number, what), so a visit can be looked up by its number without making those before it.
--
-- Eight visits are five viewings: a viewing is one viewer and one video, seen in 1, 2, 1, 3 and 1 visits.

create schema watch_seed;

-- One row: what is to be drawn.
create table watch_seed.plan (
  seed bigint not null,
  visits bigint not null,
  videos integer not null,
  courses integer not null,
  creators integer not null,
  -- Visits lie in so many days before this moment.
  until timestamptz not null,
  days integer not null
);

-- Inlined wherever it is called.
create function watch_seed.dice(p_seed bigint, p_number bigint, p_what integer, p_sides integer) returns integer
language sql immutable
as $$
  select ((hashint8extended(p_number, p_seed + p_what) & 9223372036854775807) % p_sides)::integer;
$$;

create function watch_seed.id(p_seed bigint, p_kind text, p_number bigint) returns uuid
language sql immutable
as $$
  select md5(p_kind || p_number || '/' || p_seed)::uuid;
$$;

-- What two pieces share, in ms.
create function watch_seed.overlap(p_from integer, p_to integer, p_other_from integer, p_other_to integer) returns integer
language sql immutable
as $$
  select greatest(0, least(p_to, p_other_to) - greatest(p_from, p_other_from));
$$;

-- Who watches what, and how far: one row per viewing. `offset 0` keeps a step as a step: without it the planner writes each
-- expression into every one that uses it, and draws the same dice ten times.
create function watch_seed.viewings(p_from bigint, p_to bigint)
returns table (
  viewing bigint, viewer bigint, identity text, video integer, course integer, creator integer, duration_ms integer,
  habit text, reach_ms integer, cut_ms integer, skip_from_ms integer, skip_to_ms integer, speed_percent integer,
  first_day timestamptz, days_between integer
)
language sql stable
as $$
  select viewing, viewer,
    case when dice.identity < 30 then 'student' when dice.identity < 95 then 'anonymous' else 'nobody' end,
    chosen.video, chosen.video / 10, (chosen.video / 10) * plan.creators / plan.courses, facts.duration_ms,
    facts.habit, reached.reach_ms,
    -- Where the first of several visits ends.
    (reached.reach_ms::bigint * (300 + watch_seed.dice(plan.seed, viewing, 4, 401)) / 1000)::integer,
    reached.skip_from_ms,
    reached.skip_from_ms + case when facts.habit = 'skips' then facts.duration_ms / 1000 * (50 + watch_seed.dice(plan.seed, viewing, 6, 300)) else 0 end,
    ('{100,100,100,100,100,100,125,125,150,200}'::integer[])[1 + watch_seed.dice(plan.seed, viewing, 7, 10)],
    plan.until - (10 + watch_seed.dice(plan.seed, viewing, 8, plan.days - 10)) * interval '1 day',
    1 + watch_seed.dice(plan.seed, viewing, 9, 3)
  from watch_seed.plan,
    generate_series(p_from, p_to) as viewing,
    -- A viewer has three viewings (where there are three videos): neighbours, from one that many begin with to one that few know.
    lateral (select viewing / least(3, plan.videos) as viewer, viewing % least(3, plan.videos) as place) as by,
    lateral (
      select watch_seed.dice(plan.seed, viewer, 1, 1000000)::bigint as popularity,
        watch_seed.dice(plan.seed, viewer, 2, 100) as identity,
        watch_seed.dice(plan.seed, viewing, 3, 100) as habit
      offset 0
    ) as dice,
    lateral (
      select ((plan.videos * dice.popularity * dice.popularity / 1000000000000 + by.place) % plan.videos)::integer as video
      offset 0
    ) as chosen,
    lateral (
      -- 3 to 22 minutes.
      select 60000 * (3 + chosen.video * 7 % 20) as duration_ms,
        case
          when dice.habit < 10 then 'only loads'
          when dice.habit < 40 then 'drops off'
          when dice.habit < 70 then 'watches it all'
          when dice.habit < 80 then 'skips'
          when dice.habit < 90 then 'replays the best'
          else 'leaves at the credits'
        end as habit
      offset 0
    ) as facts,
    lateral (
      select
        facts.duration_ms / 1000 * case facts.habit
          when 'only loads' then 0
          -- Early rather than late.
          when 'drops off' then (watch_seed.dice(plan.seed, viewing, 5, 950) ^ 2 / 950)::integer
          when 'leaves at the credits' then 930 + watch_seed.dice(plan.seed, viewing, 5, 60)
          else 1000
        end as reach_ms,
        case when facts.habit = 'skips' then facts.duration_ms / 1000 * (200 + watch_seed.dice(plan.seed, viewing, 5, 300)) else 0 end as skip_from_ms
      offset 0
    ) as reached
  offset 0;
$$;

-- One row per visit, in the words of a message: what the player of that visit would have said last.
create function watch_seed.visits(p_from bigint, p_to bigint)
returns table (
  visit bigint, viewing bigint, place integer, viewer bigint, identity text, video integer, course integer, creator integer,
  duration_ms integer, opened_at timestamptz, age_ms integer, watch_ms integer, content_ms integer, own_ms integer,
  watched int4multirange, rewatched int4multirange, position_ms integer, rewatch_after_complete_ms integer,
  paused_ms integer, rate_changes integer, device_type text, referrer_type text, close_reason text,
  known_ms integer, then_known_ms integer
)
language sql stable
as $$
  select visit, v.viewing, slot.place, v.viewer, v.identity, v.video, v.course, v.creator, v.duration_ms,
    v.first_day + (slot.place - 1) * v.days_between * interval '1 day' + clock.ms * interval '1 ms',
    played.watch_ms + clock.paused_ms + 1000, played.watch_ms, played.content_ms, piece.own_ms,
    int4multirange(int4range(piece.from_ms, piece.to_ms)) - int4multirange(int4range(v.skip_from_ms, v.skip_to_ms)),
    case when piece.replays then int4multirange(int4range(piece.best_ms, piece.best_ms + 20000)) else '{}' end,
    piece.to_ms,
    case when slot.place = 3 and 100 * piece.known_ms::bigint >= 90 * v.duration_ms::bigint then played.content_ms else 0 end,
    clock.paused_ms, (v.speed_percent <> 100)::integer,
    case
      when slot.places > 1 and slot.place = 1 then 'mobile'
      else ('{desktop,desktop,desktop,desktop,desktop,desktop,mobile,mobile,mobile,tablet}'::text[])[1 + watch_seed.dice(plan.seed, visit, 24, 10)]
    end,
    case
      when v.identity = 'student' then 'course_page'
      else ('{direct_link,direct_link,direct_link,search,search,chat_reference}'::text[])[1 + watch_seed.dice(plan.seed, visit, 25, 6)]
    end,
    ('{page_end,page_end,page_end,removed,source_change}'::text[])[1 + watch_seed.dice(plan.seed, visit, 26, 5)],
    piece.known_ms, piece.then_known_ms
  from watch_seed.plan,
    generate_series(p_from, p_to) as visit
    inner join (
      values (0, 0, 1, 1), (1, 1, 1, 2), (2, 1, 2, 2), (3, 2, 1, 1), (4, 3, 1, 3), (5, 3, 2, 3), (6, 3, 3, 3), (7, 4, 1, 1)
    ) as slot (slot, viewing, place, places) on slot.slot = visit % 8,
    -- Looked up for each visit anew: cheaper than any join whose size the planner must guess.
    lateral (select visit / 8 * 5 + slot.viewing as viewing) as mine,
    lateral watch_seed.viewings(mine.viewing, mine.viewing) as v,
    lateral (
      -- The second visit goes on five seconds before the first one's end; the third looks at the beginning again.
      select
        case when slot.place = 2 then greatest(0, v.cut_ms - 5000) else 0 end as from_ms,
        case
          when slot.place = 3 then least(v.reach_ms, v.duration_ms / 1000 * 400)
          when slot.place < slot.places and slot.place = 1 then v.cut_ms
          else v.reach_ms
        end as to_ms,
        case slot.place when 1 then 0 when 2 then v.cut_ms else v.reach_ms end as reached_ms,
        -- The part everybody likes.
        v.duration_ms / 1000 * (300 + watch_seed.dice(plan.seed, v.video, 21, 300)) as best_ms
      offset 0
    ) as stretch,
    lateral (
      select stretch.*,
        stretch.to_ms - stretch.from_ms - watch_seed.overlap(stretch.from_ms, stretch.to_ms, v.skip_from_ms, v.skip_to_ms) as own_ms,
        stretch.reached_ms - watch_seed.overlap(0, stretch.reached_ms, v.skip_from_ms, v.skip_to_ms) as known_ms,
        greatest(stretch.reached_ms, stretch.to_ms)
          - watch_seed.overlap(0, greatest(stretch.reached_ms, stretch.to_ms), v.skip_from_ms, v.skip_to_ms) as then_known_ms,
        v.habit = 'replays the best' and stretch.best_ms >= stretch.from_ms and stretch.best_ms + 20000 <= stretch.to_ms as replays
      offset 0
    ) as piece,
    lateral (select piece.own_ms + case when piece.replays then 20000 else 0 end as content_ms) as content,
    lateral (select content.content_ms, content.content_ms * 100 / v.speed_percent as watch_ms) as played,
    lateral (
      -- Most in the evening, few at night.
      select 60000 * ((480 + watch_seed.dice(plan.seed, visit, 22, 720) + watch_seed.dice(plan.seed, visit, 23, 720)) % 1440) as ms,
        1000 * watch_seed.dice(plan.seed, visit, 27, 60) as paused_ms
    ) as clock;
$$;
