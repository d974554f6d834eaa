"""One query with its truth, and the rules by which the truth is fair.

A query's `expect` is
  match      one place is meant and the text tells it: the verdict is to be "match" with one of `right`
  either     a match with one of `right` is right, and so is "ambiguous": twins, or evidence that contradicts itself
  ambiguous  several places fit the text equally: a match would be a guess, hence wrong, whichever it names
  no match   what is meant is not in the register: a match is wrong

The rules (each query that one affects is counted under its name and printed):
  twins        two places of one name and one address in a town, or of one name and less than 100 m apart: either is
               right, and "ambiguous" too where the text can't tell them apart
  namesakes    places that fit all that the text says equally, but are no twins: "ambiguous" is right
  blurred      a typo, a shortening or a lost dot made the name as near to another place's as to its own: not asked
  sub-address  the address alone is asked for, and others stand at another letter or range of the number, or have it
               with another postal code: "ambiguous" is right too
  not absent   a held-out place of whose name the register holds another in that town, in any order of words or as an
               alias, that is in the same street (a number may be wrong, see that class), has no address, or is less
               than 100 m away (asked by name and town: any); or, in the same way, one whose name has all the words of
               the other's: not asked
  taken        a made-up name, number or chain that the register does hold there: not asked
  one chain    a well-known chain of which the register holds exactly one place in the town named: not asked with that
               town
"""

import collections
import dataclasses

from resolve_register import distance, fold, number_of, words_of


@dataclasses.dataclass
class Query:
    kind: str
    ask: dict
    expect: str
    right: list

    @property
    def text(self):
        return self.ask.get("text") or ", ".join(f"{key}={value}" for key, value in self.ask.items())


class Truth:
    """Tells what a text about a place has to be answered with."""

    def __init__(self, register):
        self.register = register
        self.affected = collections.Counter()

    def about(self, place, name=None, street=None, town=True, postal_code=False, near=False, words=False):
        """(expect, right) for evidence that names these things; None for `name` when the text has none. `words`: the
        order of words says nothing. `near`: the position is given to 150 m."""
        register = self.register
        if name is None:
            fitting = register.by_town[place.code]
        elif words:
            fitting = register.by_words[words_of(fold(name))]
        else:
            fitting = register.by_name[fold(name)]
        if street is not None:
            fitting = [p for p in fitting if fold(street) in p.folded_streets]
        if town:
            fitting = [p for p in fitting if p.code == place.code]
        if postal_code:
            fitting = [p for p in fitting if p.postal_code in (None, place.postal_code)]
        if near:
            fitting = [p for p in fitting if p.metres_to(place) < 300]
        twins = register.equivalents(place)
        same = {p.id for p in twins}
        right = [p.id for p in twins]
        others = [p.id for p in fitting if p.id not in same]
        if others:
            self.affected["namesakes"] += 1
            return "ambiguous", right + others
        if len([p for p in fitting if p.id in same]) > 1:
            self.affected["twins"] += 1
            return "either", right
        return "match", right

    def blurred(self, place, name, made):
        """Whether noise brought a name as near to that of another place in the town as to its own."""
        made, own = fold(made), fold(name)
        if made == own:
            return False
        limit = distance(made, own, 4)
        twins = {p.id for p in self.register.equivalents(place)}
        for other in self.register.by_town[place.code]:
            if other.id in twins:
                continue
            for theirs in other.folded_names:
                # Cheap first: most names share neither their beginning nor their end.
                if abs(len(theirs) - len(made)) <= limit and (theirs[:2] == made[:2] or theirs[-2:] == made[-2:]):
                    if theirs != own and distance(made, theirs, limit) <= limit:
                        self.affected["blurred"] += 1
                        return True
        return False

    def is_absent(self, place, with_address):
        """Whether a held-out place is really not there."""
        for name in place.folded_names:
            for other in self.register.by_words[words_of(name)] + self.register.by_name[name]:
                if other.code != place.code:
                    continue
                if (not with_address or not other.folded_streets or streets_of(other) & streets_of(place)
                        or other.metres_to(place) < 100):
                    self.affected["not absent"] += 1
                    return False
        for other in self.register.by_town[place.code]:
            here = other.folded_streets & place.folded_streets or other.metres_to(place) < 30
            if here or not with_address or not other.folded_streets:
                if any(within(a, b) or within(b, a) for a in place.folded_names for b in other.folded_names):
                    self.affected["not absent"] += 1
                    return False
        return True


def streets_of(place):
    """The place's streets without their numbers, folded."""
    return {fold(number_of(street)[0]) for street in place.streets.values()}


def within(some, all_words):
    """Whether all words of one folded name stand in another."""
    return set(some.split(" ")) <= set(all_words.split(" "))
