import Testing

@testable import CredentialSources

@Suite("Of XML only what AWS answers is read")
struct PlainXMLTests {
    private func read(_ text: String) -> PlainXML? { PlainXML(Array(text.utf8)) }

    @Test("elements, texts, entities")
    func answers() {
        let tree = read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <A xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><B><C>a&amp;b&#x41;&#66;</C><C>2</C><D/></B></A>
            """)
        #expect(tree?.name == "A" && tree?.child("B", "C")?.text == "a&bAB")
        #expect(tree?.child("B", "D")?.text == "" && tree?.child("X") == nil)
    }

    @Test(
        "everything else is refused",
        arguments: [
            "", "text", "<a>", "<a></b>", "<a></a><b/>", "<a>&unknown;</a>", "<a>&#0;</a>", "<a>&amp</a>", "<a b></a>",
            #"<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>"#, "<a><!-- x --></a>", "<a><![CDATA[x]]></a>", "<a><?p ?></a>",
            "<a b=\"<\"/>", "<1/>", "<a>&#xD800;</a>",
            String(repeating: "<a>", count: 25) + String(repeating: "</a>", count: 25),
        ])
    func refused(text: String) { #expect(read(text) == nil) }
}
