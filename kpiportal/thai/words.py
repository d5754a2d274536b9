"""Numbers and amounts of money in Thai words, as printed beside figures on official paper."""

from decimal import ROUND_HALF_UP, Context, Decimal

_DIGITS = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_MILLION = 10**6
_SATANG = Decimal("0.01")
_MONEY = Context(prec=60, rounding=ROUND_HALF_UP)


def number_words(n: int) -> str:
    """`หนึ่งร้อยยี่สิบเอ็ด` for 121. A last 1 after anything is เอ็ด (101, 1,000,001); negatives begin with ลบ."""
    if n < 0:
        return "ลบ" + number_words(-n)
    millions, rest = divmod(n, _MILLION)
    if not millions:
        return _below_million(n, alone=True) or _DIGITS[0]
    return number_words(millions) + "ล้าน" + _below_million(rest, alone=False)


def _below_million(n: int, *, alone: bool) -> str:
    """Words of 0..999,999, empty for 0; `alone` = nothing is spoken before it, so a bare 1 stays หนึ่ง."""
    words = ""
    for place, figure in enumerate(reversed(str(n))):
        if figure == "0":
            continue
        if place == 0 and figure == "1" and (n > 9 or not alone):
            words = "เอ็ด"
        elif place == 1 and figure in "12":
            words = ("สิบ" if figure == "1" else "ยี่สิบ") + words
        else:
            words = _DIGITS[int(figure)] + _PLACES[place] + words
    return words


def baht_text(amount: Decimal) -> str:
    """`หนึ่งร้อยบาทถ้วน`, `สองบาทห้าสิบสตางค์`, `ยี่สิบห้าสตางค์`. Rounded half-up to the satang.

    TypeError for a float (it has already lost the satang), ValueError for NaN and infinity.
    """
    if not isinstance(amount, Decimal):
        raise TypeError(f"baht_text takes a Decimal, not {type(amount).__name__}")
    if not amount.is_finite():
        raise ValueError("baht_text needs a finite amount")
    rounded = amount.quantize(_SATANG, context=_MONEY)
    baht, satang = divmod(int(rounded.copy_abs().scaleb(2, context=_MONEY)), 100)
    sign = "ลบ" if rounded < 0 else ""
    whole = number_words(baht) + "บาท" if baht or not satang else ""
    return sign + whole + (number_words(satang) + "สตางค์" if satang else "ถ้วน")
