-- What places are recognised by: one row each, written with the place's other derived rows, and the words that typing
-- errors are looked up in.

-- Numbers that a word shares with every word that is one letter longer, shorter or other: the word without each of its
-- letters, and whole.
create function near_keys(word text) returns integer[] language sql immutable parallel safe as
$$
  select array_agg(distinct hashtext(v))
  from (select word union all select substr(word, 1, i - 1) || substr(word, i + 1) from generate_series(1, length(word)) i)
    t (v)
$$;

-- The same without two of its letters: what a word with two typing errors is found by.
create function near_keys_wide(word text) returns integer[] language sql immutable parallel safe as
$$
  select array_agg(distinct k)
  from generate_series(1, length(word)) i cross join unnest(near_keys(substr(word, 1, i - 1) || substr(word, i + 1))) k
$$;

create table place_match (
  pk bigint primary key references place (pk) on delete cascade,
  body text not null,     -- names, further names, streets, post offices and areas, folded (MatchText)
  keys bigint[] not null  -- what it is found by (MatchKey)
);
-- Serves the candidates of a question. No list of pending entries: one question reads the index many times.
create index place_match_keys on place_match using gin (keys) with (fastupdate = off);
-- The keys that many places share are known from the statistics and not asked for alone.
alter table place_match alter keys set statistics 1000;

-- Every word of a name and every street that a place ever had (folded, without the dots of å, ä, ö); never taken away.
create table match_word (
  plain text collate "C" primary key,
  near integer[] not null generated always as (near_keys(plain)) stored
);
-- Serves words with a typing error.
create index match_word_near on match_word using gin (near) with (fastupdate = off);
