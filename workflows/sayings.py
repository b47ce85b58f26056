"""How people say a day, as rows of tags (`phrases`), and the words that lead a day in: op, vóór, vanaf.

A new way of saying is a line here; what it means is in `almanac`, `stretches`, `durations` and `feasts`.
"""

import re

from workflows import almanac as on
from workflows import durations, feasts, stretches
from workflows.phrases import Rule, rule
from workflows.senses import Resolve, Sense, ask, silent

_ON = (
    "op", "uiterlijk", "tegen", "per", "tot en met", "tm", "tem", "ten laatste", "uiterst", "op zn laatst",
    "op zijn laatst", "niet later dan", "deadline", "deadline :", "deadline is", "nog", "naar", "dus", "al", "pas",
    "liefst", "graag", "het liefst", "bij voorkeur", "klaar op", "wanneer :", "datum :", "tot uiterlijk", "en wel",
    "in de loop van", "einddatum :", "uiterlijk :", "wnr :", "dag :", "voor wanneer :",
)  # fmt: skip
BEFORE = ("voor", "eerder dan")
UNSURE = (
    "na", "vanaf", "sinds", "tot", "rond", "omstreeks", "rondom", "ongeveer", "circa", "ca", "niet op", "niet voor",
    "niet", "vroegst", "op zn vroegst", "op zijn vroegst", "ten vroegste",
    "behalve", "misschien", "met ingang van", "ingaande", "tussen", "ergens", "mogelijk op",
)  # fmt: skip
ONWARD = frozenset(("tm", "tem", "tot", "tot en met"))
_LEADS = (*_ON, *BEFORE, *UNSURE, "van")
LEAD = re.compile(rf"(?<!\S)(?:{'|'.join(sorted(map(re.escape, _LEADS), key=len, reverse=True))})(?!\S)")

# How a day is said, as rows of tags (`phrases`); of two that fit equally well the first holds.
_SAID: tuple[tuple[str, Resolve], ...] = (
    # school holidays and feast days
    ("voor de? grote? v van? y?", feasts.before_holiday),
    ("na de? grote? v van? y?", feasts.after_holiday),
    ("de? laatste Uschooldag|Udag voor de? v van? y?", feasts.before_holiday),
    ("de? W1|O1 Uschooldag na de? v van? y?", feasts.after_holiday),
    ("de? laatste? wd voor de? v van? y?", feasts.before_holiday),
    ("de? W1|O1? wd na de? v van? y?", feasts.after_holiday),
    ("de? laatste|W1|O1 Uschooldag|Udag voor|na|van de? f|mo", ask),
    ("in|tijdens|gedurende|begin|eind? van? de? grote? v y?", ask),
    ("n|de? ud voor|na de? v y?", ask),
    ("de? nth? f", feasts.feast_day),
    ("goede WD4", feasts.good_friday),
    ("witte WD3", ask),
    ("wd na|voor f", ask),
    ("oud en nieuw", ask),
    # dates
    ("wd? ,? de? d .? -? van? mo ,? y? ,? (? wd2? )? as|aanstaande?", on.on_date),
    ("wd? ,? dt ,? (? wd2? )?", on.on_date),
    ("d tm|tot|-|en|of|/|,|–|a d2 .? van? mo y?", ask),
    ("d tot en met d2 van? mo y?", ask),
    ("de? o =end", on.day_of_month),
    ("de o10 =verb", on.day_of_month),
    ("wd ,? de? o =end", on.day_of_month),
    ("wd ,? de? o10", on.day_of_month),
    ("wd ,? de ow =end", on.day_of_month),
    ("op|uiterlijk|voor|per|tegen de w =end", ask),
    ("wd num =stop", on.day_of_month),
    ("wd? de? o van de Umaand", on.day_of_month),
    ("wd? de? o van deze Umaand", on.day_of_month_in(0)),
    ("wd? de? o van? volgende Umaand", on.day_of_month_in(1)),
    ("de? nth wd", ask),
    ("de? nth wd van|in mo y?", on.nth_weekday),
    ("de? nth wd van|in de|deze Umaand", on.nth_weekday),
    ("de? nth wd van|in de? next Umaand", on.nth_weekday),
    ("de? laatste wd van|in mo y?", on.nth_weekday),
    ("de? laatste wd van|in de|deze Umaand", on.nth_weekday),
    # weekdays
    ("wd =dotted", on.weekday_or_date),
    ("wd", on.weekday),
    ("de? eerste? komende|aanstaande|eerstvolgende|as wd as|aanstaande?", on.weekday),
    ("wd as|aanstaande|eerstvolgende|komende", on.weekday),
    ("deze wd", on.this_weekday),
    ("volgende wd", on.next_weekday),
    ("deze Uweek ,? nog? op? wd", on.weekday_in(0)),
    ("wd ,? van|in|nog? deze Uweek", on.weekday_in(0)),
    ("volgende Uweek ,? op? de? wd", on.weekday_in(1)),
    ("wd ,? van|in? de? volgende Uweek", on.weekday_in(1)),
    ("volgende|komende|deze|vorige wx op? wd", ask),
    ("komende Uweek ,? op? wd", on.next_weekday),
    ("wd ,? van|in? komende Uweek", on.next_weekday),
    ("wd over n u", on.weeks_on),
    ("over n u ,? op? de? wd", on.weeks_on),
    ("wd over een Uweek|Udag of n", ask),
    ("Uweek num ,? op? wd", stretches.weekday_in_numbered_week),
    ("wd ,? in|van? Uweek num", stretches.weekday_in_numbered_week),
    ("vorige|afgelopen|verleden Uweek? wd?", on.gone),
    ("laatste wd", ask),
    ("wd jl|jongstleden", on.gone),
    ("wd van? vorige|afgelopen|verleden Uweek", on.gone),
    ("wd tm|tot|-|– wd2", ask),
    ("wd tot en met wd2", ask),
    # from today on
    ("near nog|vroeg?", on.near_day),
    ("near over n u", on.near_day),
    ("gisteren|eergisteren", on.gone),
    ("vannacht|UNSURE", ask),
    ("over|binnen|in n u tijd?", durations.counted),
    ("binnen nu|dit en n u", durations.counted),
    ("binnen de n u", durations.counted),
    ("over|binnen n u vanaf|na vandaag|nu", durations.counted),
    ("n u vanaf vandaag|nu", durations.counted),
    ("over|binnen|in DEC u", ask),
    ("over|binnen een? half u", durations.halved),
    ("over|binnen more u", durations.halved),
    ("over|binnen een? paar|enkele|aantal|meerdere|wat u", ask),
    ("over|binnen|in een u of n", ask),
    ("over|binnen n u? a|of|tot|-|/ n2 u2?", ask),
    ("over|binnen ongeveer|circa|ca|zon|pakweg|grofweg|een n u", ask),
    ("over|binnen|in n u na|vanaf|nadat", ask),
    ("n ud geleden", on.gone),
    ("n ud later|eerder|erna|daarna|ervoor|nadat|voordat", ask),
    ("n|een|paar ud voor|na|vanaf", ask),
    ("na n|paar|enkele ud", ask),
    ("de? komende|eerste|volgende n u", ask),
    # weeks, months and other stretches
    ("aan? het? eind van|vd? de|deze|het? Uweek", stretches.end_of_week(0)),
    ("aan? het? eind van? de? volgende Uweek", stretches.end_of_week(1)),
    ("eind|begin|half|midden|halverwege|medio van? Uweek num", ask),
    ("in|aan|tegen? het|de? part van|vd? de|het|deze|dit|volgende|komende? stretch y?", ask),
    ("in|deze|volgende|komende|dit|voor|na de|het? season", ask),
    ("deze Uweek", stretches.week(0)),
    ("volgende Uweek", stretches.week(1)),
    ("deze Umaand", stretches.calendar_month(0)),
    ("volgende Umaand", stretches.calendar_month(1)),
    ("dit Ujaar", stretches.calendar_year(0)),
    ("volgende Ujaar", stretches.calendar_year(1)),
    ("komende Uweek|Umaand|Ujaar", ask),
    ("in? mo y?", stretches.named_month),
    ("in? Uweek num", stretches.numbered_week),
    ("in? de? Uweek van|na|voor de? dt|wd|v|f", ask),
    ("in? de? Uweek van|na|voor de? d mo y?", ask),
    ("in? de? nth|laatste Uweek van mo y?", ask),
    ("in? het nieuwe Ujaar", ask),
    ("de? Udag|Uweek|Umaand erna|daarna|erop|daarop|ervoor", ask),
    ("de? Udag|p voor|na de? dt|wd|f|near", ask),
    ("de? Udag|p voor|na de? d mo y?", ask),
    ("na het|dit|de? weekend", stretches.after_weekend),
    ("het|dit|de weekend", stretches.weekend),
    ("volgende|komende|elke? weekend", ask),
    ("aan? het? eind van|vd? de|deze? Udag|Uwerkdag|Uschooldag|p", stretches.end_of_day),
    # without end, or without a day
    ("REC", ask),
    ("elke|iedere|elk|ieder n? wd|u2|p|d", ask),
    ("alle wd|Udag", ask),
    ("om de n? u2|wd", ask),
    ("zsm", silent),
    ("zo snel|zsm|gauw|vlug mogelijk", silent),
    ("op korte? termijn", silent),
    ("een? dezer Udag", silent),
    ("met spoed", silent),
)
RULES: tuple[Rule[Sense], ...] = tuple(rule(said, resolve, _LEADS) for said, resolve in _SAID)
