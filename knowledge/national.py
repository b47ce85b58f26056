"""The national numbers. Constants on purpose: no contact list, document or model can change them."""

from typing import Final

EMERGENCY: Final = "112"
VEILIG_THUIS: Final = "0800-2000"
SUICIDE_PREVENTION: Final = "113"
SUICIDE_PREVENTION_LONG: Final = "0800-0113"  # reaches the same line; the old 0900 number never appears
KINDERTELEFOON: Final = "0800-0432"

NATIONAL_NUMBERS: Final = frozenset(
    {EMERGENCY, VEILIG_THUIS, SUICIDE_PREVENTION, SUICIDE_PREVENTION_LONG, KINDERTELEFOON}
)
