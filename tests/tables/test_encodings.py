from __future__ import annotations

import pytest

from sgcldff.tables.encodings import code_page, decoded

TABLES = {
    "Polish": ("cp1250", "obraz,klasa\nrozmaz-1,granulocyt obojętnochłonny\nżółty-2,płytka\n"),
    "Polish, one word": ("cp1250", "method\nżółw\n"),
    "Czech": ("cp1250", "obrázek,třída\nnátěr-1,bílá krvinka\nbuňka-2,eozinofil\n"),
    "Hungarian": ("cp1250", "kép,osztály\nkenet-1,fehérvérsejt\nkenet-2,őssejt gyűrű\n"),
    "Russian": ("cp1251", "image,label\nsmear-1,лимфоцит\nsmear-2,нейтрофил\n"),
    "Ukrainian": ("cp1251", "зображення,клас\nмазок-1,еозинофіл\n"),
    "Greek": ("cp1253", "εικόνα,ετικέτα\nεπίχρισμα-1,λεμφοκύτταρο\n"),
    "Turkish": ("cp1254", "görüntü,sınıf\nyayma-1,çekirdeği küçük\nyayma-2,ışık\n"),
    "Lithuanian": ("cp1257", "vaizdas,klasė\ntepinėlis-1,ląstelė šūvis\n"),
    "Japanese": ("cp932", "image,label\n塗抹-1,リンパ球\n塗抹-2,好中球\n"),
    "Japanese, few words": ("cp932", "画像,ラベル\na,リンパ球\nb,好中球\n"),
    "Chinese": ("gb18030", "图像,类别\n涂片-1,淋巴细胞\n涂片-2,中性粒细胞\n"),
    "Chinese, traditional": ("big5hkscs", "影像,標籤\n抹片-1,淋巴球\n抹片-2,嗜中性球\n"),
    "Korean": ("cp949", "이미지,라벨\n도말-1,림프구\n도말-2,호중구\n"),
    "German": ("cp1252", "bild,klasse\nausstrich-1,Stützzelle\nblätter-2,Öl, groß\n"),
    "French": ("cp1252", "image,étiquette\nfrottis-1,modèle à noyau\nfrottis-2,cellule mère\n"),
    "Norwegian": ("cp1252", "bilde,klasse\nutstryk-1,rød blodcelle\nutstryk-2,små celler\n"),
    "names of several languages": ("cp1252", "method\nMüller\nNúñez\nÅngström\n"),
    "signs alone": ("cp1252", "method,µm²,°C\n3×3,91.2 ± 0.5,“x” – y\n"),
}


@pytest.mark.parametrize("kind", TABLES)
def test_the_code_page_of_a_language_is_found(kind):
    codec, text = TABLES[kind]
    assert code_page([text.encode(codec)]) == codec and decoded(text.encode(codec)).text == text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_as_such(codec):
    found = decoded("image,label\nkomórka,płytka\n".encode(codec))
    assert found == ("image,label\nkomórka,płytka\n", "UTF-16" if "16" in codec else "")


def test_what_reads_as_words_in_two_pages_is_refused_with_both():
    with pytest.raises(UnicodeError) as refusal:
        decoded("method,acc\nmodèle,0.9\n".encode("cp1252"))
    assert str(refusal.value) == (
        "it is no UTF-8, and one word may be 'modèle' in Windows-1252 (Western European) or 'modčle' in Windows-1250 "
        "(Central European)"
    )


@pytest.mark.parametrize("codec", ["mac_roman", "cp850"])
def test_letters_of_another_system_are_refused(codec):
    with pytest.raises(UnicodeError, match="no UTF-8 and of no Windows code page that is known"):
        decoded("image,label\nMüller,déjà\n".encode(codec))


def test_a_binary_file_is_refused():
    with pytest.raises(UnicodeError, match="it holds zero bytes"):
        decoded(b"\x89PNG\r\n\x1a\n\x00")
