"""
Where a name is heard in what is said: the server and the page go by the same rule.
"""

#: What is said, a folded nick, and whether that is named there.
CASES = [
    ("bob", "bob", True),
    ("hello BOB!", "bob", True),
    ("bob: tea?", "bob", True),
    ("@bob,alice", "bob", True),
    ("bobby and bob", "bob", True),
    ("bobby", "bob", False),
    ("kebob", "bob", False),
    ("bo b", "bob", False),
    ("bob2", "bob", False),
    ("", "bob", False),
    ("bob", "", False),
    ("ask O\u2019Hara", "o'hara", True),
    # Letters beside a name in scripts that are written without spaces.
    ("민수야 안녕", "민수", True),
    ("태민수", "민수", True),
    ("太郎さん", "太郎", True),
    ("ねえ太郎", "太郎", True),
    ("คุณดาวครับ", "ดาว", True),
    ("ສະບາຍດີແກ້ວ", "ແກ້ວ", True),
    ("ជំរាបសួរសុខា", "សុខា", True),
    ("ကျော်ရဲ့", "ကျော်", True),
    ("annさん", "ann", True),
    ("hi太郎", "太郎", True),
    ("anna", "ann", False),
    ("annä", "ann", False),
    ("민수2: tea?", "민수", False),
    ("민수2야", "민수2", True),
    ("Аннаж", "анна", False),
    # A mark makes another letter.
    ("रामी", "राम", False),
    ("राम, चाय?", "राम", True),
    ("ดีค่ะ", "ด", False),
    ("ann\u0301", "ann", False),
    # Digits and marks of such a script, and signs that are no letters.
    ("bob_2", "bob", True),
    ("ㄅㄆ太郎", "太郎", True),
    ("สวัสดีbob", "bob", True),
]
