"""Write corpus/words.txt: the everyday words of our own articles, which spelling correction must leave alone.

python scripts/build_words.py
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVERYDAY = """
score scores scored expect expects
medical would could should might shall about above added allow along among around based being below billing business called cannot carrier carry certain choose coded coding comes
concern confirm confused correctly covered dated daily decide denied describe different documents done double during easier either enter entire ever exceed expect fact fails fine
follows force getting group hours idea improper instruct keep later least lines list look lower making manual maybe mention months moved needed nobody noted obviously office opinion
original owner paid parts payers pays percent performed perhaps person physical plain please possible prior properly quarter ranked reads receive recent record refuse remark require
resubmit returned right rule scrubber secondary sends sent sheet short since single specialty specific split staff standard submit such suggest system talk telling therapist think time
timely total track trick true type under unit update upper using various verify wait want week weekly whichever wondering workers
accept accepts account actual actually added adding advice after again agree allow allows alone already always amount another answer anything append apply around asked asking authority
because become before behind being believe better between billed biller billing bills boss bring brought called cannot catch cause change charge charged check claim claims clear clinic
close comes correct could count counts cover covers deny doctor doing doubt either email enough error escape every exact exactly except expect explain extra facility false family field
first follow forget found front gives given going guarantee guess happen happens having hello honest however ignore include includes inside insist instead insurance issue keeps known later
leave legal letter level limit line lines little looking makes manager matter maybe means meant minute missing mistake modify month months needs never normal nothing number office often
older online order ordered other others outside owner paper patients paying people place please policy practice prefer pretty prevent previous problem proof prove provide purpose question
quick quickly quote rather reach ready really reason reject rejected remote remove removed removing report reports requires returned review right rules saying seems senior service services
session sessions several should sides since single software someone something somewhere sorry speak spent stack stand stands start state still stops story strip strips supervisor
supposed surely takes taking tells terms thank thanks their there these thing think third those though thought through times today together tomorrow total towards treat treated trying
twice under unless until usual usually using valid value vendor versus visit visits wants website weeks which while whole whose within without wonder words worked would write wrong years yesterday
""".split()


def main() -> None:
    counted: Counter[str] = Counter()
    for path in sorted((ROOT / "corpus" / "documents").glob("*.md")):
        counted.update(re.findall(r"[a-z]{5,}", path.read_text(encoding="utf-8").lower()))
    words = sorted({word for word, n in counted.items() if n >= 2} | set(EVERYDAY))
    (ROOT / "corpus" / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words")


if __name__ == "__main__":
    main()
