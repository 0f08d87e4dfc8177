#!/bin/bash
# In Japanese workbooks a cell has its reading beside its text (rPh, the phonetic run of OOXML), and
# what was typed before a correction stays there: here "0911" beside +12015550101. Debian 12's
# Spreadsheet::ParseXLSX 0.27 appends the reading to the text, so that the cell's number is fifteen
# digits and somebody else's, or nobody's. npm's exceljs 4.4.0 and read-excel-file 9.3.17 leave it
# out, as the standard has it (ECMA-376, 18.4.6: a hint for pronunciation).
# Guessed: all of them leave it out.
#
# Seen: ParseXLSX +120155501010911; exceljs and read-excel-file +12015550101
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in libspreadsheet-parsexlsx-perl=0.27-3+deb12u2 \
    libspreadsheet-parseexcel-perl=0.6500-4~deb12u1 libole-storage-lite-perl=0.20-2 \
    libcrypt-rc4-perl=2.02-5 libdigest-perl-md5-perl=1.9-5 libxml-twig-perl=1:3.52-2 \
    libxml-parser-perl=2.46-4+deb12u1 libarchive-zip-perl=1.68-1 libjcode-pm-perl=2.06-1.1 \
    libio-stringy-perl=2.111-3 libgraphics-colorutils-perl=0.17-4 \
    libcryptx-perl=0.077-1+b1; do
    apt-get download -q "$package" >/dev/null
done
for file in *.deb; do dpkg-deb -x "$file" debian; done
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . exceljs@4.4.0 \
    read-excel-file@9.3.17 >/dev/null

/usr/bin/python3 - <<'PYTHON'
import zipfile
head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
package = "http://schemas.openxmlformats.org/package/2006"
kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
parts = {
    "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="list" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1">'
        '<c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>',
    "xl/sharedStrings.xml": f'<sst xmlns="{main}" count="1" uniqueCount="1"><si><t>+12015550101</t>'
        '<rPh sb="0" eb="12"><t>0911</t></rPh></si></sst>',
}
with zipfile.ZipFile("list.xlsx", "w", zipfile.ZIP_DEFLATED) as out:
    for name, text in parts.items():
        out.writestr(name, head + text)
PYTHON
seen=$(
    printf 'ParseXLSX '
    PERL5LIB=debian/usr/share/perl5:$(echo debian/usr/lib/*-linux-gnu/perl5/5.*) /usr/bin/perl \
        -MSpreadsheet::ParseXLSX \
        -e 'print +(Spreadsheet::ParseXLSX->new->parse("list.xlsx")->worksheets)[0]
                ->get_cell(0, 0)->value, "\n"'
    node --input-type=module - <<'NODE'
import Excel from 'exceljs'
import { readSheet } from 'read-excel-file/node'
const book = new Excel.Workbook()
await book.xlsx.readFile('list.xlsx')
console.log('exceljs', book.worksheets[0].getCell('A1').text)
console.log('read-excel-file', (await readSheet('list.xlsx'))[0][0])
NODE
)
echo "$seen"
[[ $seen == "ParseXLSX +120155501010911
exceljs +12015550101
read-excel-file +12015550101" ]]
