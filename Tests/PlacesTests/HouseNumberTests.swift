import Places
import Testing

@Suite("House numbers")
struct HouseNumberTests {
  @Test(
    "What registers write is read into number, end and letter",
    arguments: [
      ("3", HouseNumber(3)), (" 3 ", HouseNumber(3)), ("0", HouseNumber(0)), ("99999", HouseNumber(99999)),
      ("13b", HouseNumber(13, letter: "b")), ("13 b", HouseNumber(13, letter: "b")),
      ("13B", HouseNumber(13, letter: "B")), ("7å", HouseNumber(7, letter: "å")), ("1-4", HouseNumber(1, end: 4)),
      ("1 - 4", HouseNumber(1, end: 4)), ("1–4", HouseNumber(1, end: 4)),
      ("1-4b", HouseNumber(1, end: 4, letter: "b")), ("1-4 b", HouseNumber(1, end: 4, letter: "b")),
      ("5-5", HouseNumber(5, end: 5)), ("007", HouseNumber(7)),
    ])
  func plain(text: String, expected: HouseNumber) throws {
    #expect(try HouseNumber(text) == expected)
  }

  @Test(
    "Where the parts say less, the whole text is kept",
    arguments: [
      ("2a-4", HouseNumber(2, end: 4, letter: "a", text: "2a-4")),
      ("2a-4b", HouseNumber(2, end: 4, letter: "a", text: "2a-4b")),
      ("3 A/B", HouseNumber(3, letter: "A", text: "3 A/B")), ("13a-b", HouseNumber(13, letter: "a", text: "13a-b")),
      (" 5 A 12 ", HouseNumber(5, letter: "A", text: "5 A 12")), ("10-4", HouseNumber(10, text: "10-4")),
      ("12 as. 4", HouseNumber(12, text: "12 as. 4")), ("2-4-6", HouseNumber(2, text: "2-4-6")),
      ("3/5", HouseNumber(3, text: "3/5")), ("4-", HouseNumber(4, text: "4-")),
      ("3\u{1F3E0}", HouseNumber(3, text: "3\u{1F3E0}")),
    ])
  func kept(text: String, expected: HouseNumber) throws {
    #expect(try HouseNumber(text) == expected)
  }

  @Test("What is no number is refused", arguments: ["", " ", "A", "b3", "-3", "123456", "½", "٣"])
  func refused(text: String) {
    #expect(throws: InvalidValue.self) { try HouseNumber(text) }
  }

  @Test("A number is written as it is read", arguments: ["3", "13b", "1-4", "1-4b", "2a-4", "3 A/B", "10-4"])
  func written(text: String) throws {
    #expect(try HouseNumber(text).description == text)
    #expect(try HouseNumber("13 b").description == "13b")
  }
}
