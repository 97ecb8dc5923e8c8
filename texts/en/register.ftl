# The register: households, people, teams.

problem-empty-text = Something is still missing.
    .detail = Fill in the marked field.
problem-bad-phone = This is not a phone number.
    .detail = Write 8 to 15 digits, like 0912 345 678.
problem-no-reason = The reason is missing.
    .detail = Write why this changes.
problem-no-place = There is no such place.
    .detail = Choose one from the list.
problem-wrong-place = The place cannot stand there.
    .detail = Choose a larger place above it.
problem-no-household = There is no such household.
    .detail = It may have been removed. Search again.
problem-no-person = There is no such person.
    .detail = Their data may have been erased. Search again.
problem-no-team = There is no such team, or it was dissolved.
    .detail = Choose a team that is active.
problem-already-there = The household is in that team already.
    .detail = Nothing needs doing.
problem-not-of-the-team = The leader and the deputy must be adults who live in the team.
    .detail = Choose somebody from the team's households.
problem-same-person = Leader and deputy are the same person.
    .detail = Choose two people.
problem-own-neighbour = A team is not its own neighbour.
    .detail = Choose the teams next to it.
problem-child-responder = A child is not sent to help.
    .detail = Only adults who chose to can be. Children get out.
problem-not-empty = { $count ->
    [one] One person is still in this household.
   *[other] { $count } people are still in this household.
    }
    .detail = Move or erase each of them first.
problem-too-many-items = Too many at once.
    .detail = At most { $most } at a time. Do it in parts.
field-empty = Fill this in.
field-too-long = At most { $most } characters. Write it shorter.
field-bad-text = There are strange characters. Type it again.
