"""Times of day, as headings of many languages name them."""

from __future__ import annotations

import re
import unicodedata

# A line or two for each language, without words that name rooms or people in another: DEN, DAN.
_DAYTIMES = """
afternoon day night dawn dusk morning evening noon midday midnight sunset sunrise twilight daybreak
nightfall daytime nighttime sundown sunup daylight
tag nacht abend morgen morgengrauen dämmerung daemmerung morgendämmerung abenddämmerung mittag
nachmittag vormittag mitternacht sonnenaufgang sonnenuntergang
jour nuit soir matin aube crépuscule midi minuit après soirée matinée
día noche tarde mañana amanecer atardecer anochecer madrugada mediodía medianoche ocaso alba
giorno notte sera mattina mattino pomeriggio tramonto mezzogiorno mezzanotte crepuscolo
dia noite manhã entardecer anoitecer meio meia
dag avond ochtend middag namiddag middernacht schemering zonsopgang zonsondergang
natt kväll morgon eftermiddag skymning gryning kveld aften ettermiddag
päivä yö ilta aamu iltapäivä
dzień noc wieczór rano poranek świt zmierzch popołudnie południe północ
večer ráno odpoledne svítání soumrak poledne půlnoc deň popoludnie
nappal éjjel éjszaka este reggel délután hajnal alkonyat
zi noapte seară dimineață amurg
noć jutro sumrak večer podne ponoć
gece gün gündüz sabah akşam öğle öğleden ikindi şafak
ngày đêm sáng chiều tối
siang malam pagi sore subuh senja
день ночь утро вечер рассвет закат сумерки полдень полночь
ніч ранок вечір світанок захід сутінки нощ сутрин
ημέρα μέρα νύχτα πρωί βράδυ απόγευμα σούρουπο αυγή
日 夜 昼 朝 夕 夕方 深夜 早朝 夜中 夜明け 昼間 明け方 真夜中 未明 夕暮れ
白天 夜晚 晚上 早晨 清晨 早上 上午 下午 中午 傍晚 黄昏 黃昏 黎明 凌晨
午夜 日落 日出 日景 夜景 夜间 夜間 晨 晚 日间 日間
밤 낮 아침 저녁 새벽 오후 오전 정오 자정 한밤 심야 해질녘 황혼
ليل ليلا ليلًا نهار نهارا نهارًا صباح صباحا صباحًا مساء مساءً فجر
غروب شروق ظهر عصر الليل النهار الصباح المساء الفجر الغروب
شب روز صبح عصر غروب ظهر بعدازظهر سحر
לילה יום בוקר ערב צהריים שחר שקיעה זריחה חצות דמדומים
กลางคืน กลางวัน เช้า เย็น บ่าย ค่ำ เที่ยง เที่ยงคืน รุ่งเช้า รุ่งสาง พลบค่ำ ดึก
रात दिन सुबह शाम दोपहर भोर आधीरात सवेरा संध्या साँझ
রাত দিন সকাল সন্ধ্যা বিকেল ভোর দুপুর
இரவு பகல் காலை மாலை
രാത്രി പകൽ രാവിലെ വൈകുന്നേരം സന്ധ്യ
రాత్రి పగలు ఉదయం సాయంత్రం
"""
_OTHER_TIMES = """
hour hours minutes moment days weeks months years earlier present past flashback pm
後 同 同日 翌日 翌朝 次日 후
"""
_AFTER_THE_LAST = """
continuous continuing later same moments minute minutes second seconds
später weiter fortlaufend tard continu continua continuo tardi después luego depois contínuo
même mismo stesso позже продолжение 稍后 稍後 连续 連續 同时 同時 나중 이어서
"""
_BESIDE = """
early late mid next that the previous one two three four five six few some many a an pre post magic
golden blue time before after at in on of for just still again
des de del da do della di du la le les l il der die das am im früh früher spät gleich plus più más
잠시
"""


def _folded(text: str) -> str:
    """Without case and accents, which are left out of capitals as often as not."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))


def _set(words: str) -> frozenset[str]:
    exact = unicodedata.normalize("NFC", words.casefold()).split()
    return frozenset(exact) | (frozenset(_folded(words).split()) - _MEANS_ANOTHER)


_MEANS_ANOTHER = frozenset(("gun", "den", "yo", "toi", "sang"))
"""What is left of gün, deň, yö, tối and sáng without their accents."""

_DAY, _AFTER, _OTHER = _set(_DAYTIMES), _set(_AFTER_THE_LAST), _set(_OTHER_TIMES)
_KNOWN = _DAY | _AFTER | _OTHER | _set(_BESIDE)
_SEPARATORS = re.compile(r"[\s/,.:;()\[\]–—~・、，。（）「」'’-]+")


def is_time(text: str) -> bool:
    """Whether a part of a heading says when: `LATE AFTERNOON`, `НОЧЬ`, `夜`, `TWO DAYS LATER`."""
    words = _words(text)
    return all(word in _KNOWN or word.isdecimal() for word in words) and any(
        word in _DAY or word in _AFTER or word in _OTHER for word in words
    )


def goes_on(text: str) -> bool:
    """Whether it says only how long after the scene before: `CONTINUOUS`, `MOMENTS LATER`."""
    words = _words(text)
    return any(word in _AFTER for word in words) and not any(word in _DAY for word in words)


def _words(text: str) -> list[str]:
    """The words of the text, each as it stands or, where only that is known, without accents."""
    exact = _SEPARATORS.split(unicodedata.normalize("NFC", text.casefold()))
    return [w if w in _KNOWN else _folded(w) for w in exact if w]
