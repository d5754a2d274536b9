"""The demo province of fiscal year 2558, typed by hand: indicators, results of 12 months, expected figures."""

from decimal import Decimal as D

from agreements.scoring import Branch, Child, ChildResults, Leaf, Measured, StepsDone, criteria_from

EFFECTIVENESS, QUALITY = "การประเมินประสิทธิผล", "การประเมินคุณภาพ"
EFFICIENCY, ORGANISATION = "การประเมินประสิทธิภาพ", "การพัฒนาองค์การ"

WATER = (
    "แต่งตั้งคณะทำงานและจัดทำฐานข้อมูลแหล่งน้ำครบทุกอำเภอ",
    "วิเคราะห์สมดุลน้ำและพื้นที่เสี่ยงภัยแล้งและอุทกภัย",
    "จัดทำร่างแผนและรับฟังความคิดเห็นของผู้ใช้น้ำ",
    "แผนผ่านความเห็นชอบของคณะกรรมการระดับจังหวัด",
    "ดำเนินการตามแผนได้ไม่น้อยกว่าร้อยละ 80 ของกิจกรรมในปีงบประมาณ",
)
ENERGY = (
    "แต่งตั้งคณะทำงานลดใช้พลังงานและจัดทำข้อมูลพื้นฐาน",
    "จัดทำแผนและมาตรการลดใช้พลังงานของส่วนราชการ",
    "รายงานปริมาณการใช้ไฟฟ้าและน้ำมันครบทุกเดือน",
    "ลดการใช้พลังงานได้ร้อยละ 5",
    "ลดการใช้พลังงานได้ร้อยละ 10 ขึ้นไป",
)
UNIT_COST = (
    "จัดทำบัญชีต้นทุนต่อหน่วยผลผลิตของปีงบประมาณก่อนหน้า",
    "เปรียบเทียบต้นทุนต่อหน่วยผลผลิตระหว่างปี",
    "วิเคราะห์สาเหตุของการเปลี่ยนแปลง",
    "จัดทำแผนเพิ่มประสิทธิภาพ",
    "รายงานผลตามแผนเพิ่มประสิทธิภาพ",
)
PMQA = (
    "ทบทวนลักษณะสำคัญขององค์การ",
    "ประเมินองค์การด้วยตนเองตามเกณฑ์",
    "จัดทำแผนพัฒนาองค์การ",
    "ดำเนินการตามแผนพัฒนาองค์การครบทุกหมวด",
    "ผลการประเมินผ่านเกณฑ์ระดับพื้นฐานทุกหมวด",
)


def higher(*levels):
    return criteria_from("higher", levels=tuple(map(D, levels)))


def lower(*levels):
    return criteria_from("lower", levels=tuple(map(D, levels)))


def measured(text):
    return Measured(D(text))


NARCOTICS = criteria_from(
    "composite",
    children=(
        Child("1.3.2.1", D("0.5"), higher("60", "65", "70", "75", "80")),
        Child("1.3.2.2", D("0.5"), higher("70", "75", "80", "85", "90")),
    ),
)
NARCOTICS_RESULT = ChildResults({"1.3.2.1": measured("81.5"), "1.3.2.2": measured("81")})

# number, sub-dimension, weight, criteria, target, result at 12 months, raw score, weighted score
INDICATORS = (
    ("1.1.1", EFFECTIVENESS, "5", higher("1", "2", "3", "4", "5"), "3", measured("3.42"), "3.4200", "0.1710"),
    ("1.1.2", EFFECTIVENESS, "10", higher("3", "4", "5", "6", "7"), "5", measured("7.80"), "5.0000", "0.5000"),
    ("1.2.1", EFFECTIVENESS, "8", higher("4", "6", "8", "10", "12"), "8", measured("9.15"), "3.5750", "0.2860"),
    ("1.2.2", EFFECTIVENESS, "7", lower("40", "35", "30", "25", "20"), "30", measured("27"), "3.6000", "0.2520"),
    (
        "1.2.3", EFFECTIVENESS, "7", lower("1.50", "1.25", "1.00", "0.75", "0.50"), "1.00", measured("1.62"),
        "1.0000", "0.0700",
    ),
    (
        "1.2.4", EFFECTIVENESS, "8", criteria_from("milestone", steps=WATER), "3", StepsDone({1, 2, 3, 4}),
        "4.0000", "0.3200",
    ),
    ("1.3.1", EFFECTIVENESS, "8", lower("22", "20", "18", "16", "14"), "18", measured("18.9"), "2.5500", "0.2040"),
    ("1.3.2", EFFECTIVENESS, "7", NARCOTICS, "3", NARCOTICS_RESULT, "4.1000", "0.2870"),
    ("2.1", QUALITY, "10", higher("65", "70", "75", "80", "85"), "75", measured("83.27"), "4.6540", "0.4654"),
    ("3.1.1", EFFICIENCY, "2", higher("67", "72", "77", "82", "87"), "77", measured("74.5"), "2.5000", "0.0500"),
    ("3.1.2", EFFICIENCY, "1", higher("40", "42.5", "45", "47.5", "50"), "45", measured("51.0"), "5.0000", "0.0500"),
    ("3.1.3", EFFICIENCY, "2", higher("88", "90", "92", "94", "96"), "92", measured("93.1"), "3.5500", "0.0710"),
    (
        "3.2", EFFICIENCY, "5", criteria_from("milestone_partial", steps=ENERGY), "3",
        StepsDone({1, 2, 3, 4}, part=D("0.25")), "4.2500", "0.2125",
    ),
    (
        "3.3", EFFICIENCY, "5", criteria_from("milestone", steps=UNIT_COST), "3", StepsDone({1, 2, 3, 4, 5}),
        "5.0000", "0.2500",
    ),
    (
        "4.1", ORGANISATION, "10", criteria_from("milestone", steps=PMQA), "3", StepsDone({1, 2, 3, 4}),
        "4.0000", "0.4000",
    ),
    ("4.2", ORGANISATION, "5", higher("60", "65", "70", "75", "80"), "70", measured("77.0"), "4.4000", "0.2200"),
)  # fmt: skip

TOTAL = "3.8089"
SUBTOTALS = {
    EFFECTIVENESS: ("3.4833", "2.0900"),
    QUALITY: ("4.6540", "0.4654"),
    "มิติภายนอก": ("3.6506", "2.5554"),
    EFFICIENCY: ("4.2233", "0.6335"),
    ORGANISATION: ("4.1333", "0.6200"),
    "มิติภายใน": ("4.1783", "1.2535"),
}


def tree(raws):
    """The agreement's tree with declared weights 70/30 and 60/10/15/15; `raws` are scores by number."""

    def under(sub_dimension):
        return tuple(Leaf(row[0], D(row[2]), raws.get(row[0])) for row in INDICATORS if row[1] == sub_dimension)

    return (
        Branch(
            "มิติภายนอก",
            (Branch(EFFECTIVENESS, under(EFFECTIVENESS), D(60)), Branch(QUALITY, under(QUALITY), D(10))),
            D(70),
        ),
        Branch(
            "มิติภายใน",
            (Branch(EFFICIENCY, under(EFFICIENCY), D(15)), Branch(ORGANISATION, under(ORGANISATION), D(15))),
            D(30),
        ),
    )
