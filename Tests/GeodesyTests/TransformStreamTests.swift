import Geodesy
import Testing

@Suite("Streams of positions as text")
struct TransformStreamTests {
  struct Outcome: Equatable {
    var output: String
    var bad: [String] = []
  }

  /// Feeds the text in blocks of a size and finishes.
  private func run(
    _ text: String, from: Int = 3877, to: Int = 4326, authorityOrder: Bool = false, block: Int = 1 << 20
  ) throws -> Outcome {
    let engine = Fixture.engine
    var stream = TransformStream(from: try engine.crs(from), to: try engine.crs(to), authorityOrder: authorityOrder)
    return try engine.withTransformer(from: from, to: to) { transformer throws(GeodesyError) in
      var output: [UInt8] = []
      var bad: [String] = []
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: block) {
        bytes[start..<min(bytes.count, start + block)].withUnsafeBytes {
          stream.feed($0, through: transformer, into: &output) { bad.append("\($0): \($1)") }
        }
      }
      stream.finish(through: transformer, into: &output) { bad.append("\($0): \($1)") }
      #expect(stream.badLines == bad.count)
      #expect(stream.lines == output.count { $0 == UInt8(ascii: "\n") })
      return Outcome(output: String(decoding: output, as: UTF8.self), bad: bad)
    }
  }

  @Test("separators", arguments: [" ", "  ", "\t", ",", ";", ", ", " ;\t"])
  func separators(separator: String) throws {
    let line = "23459636.1205\(separator)6704635.3599"
    #expect(try run("\(line)\n") == run("23459636.1205 6704635.3599\n"))
    #expect(try run(" \(line) \r\n").bad.isEmpty)
  }

  @Test func degreesHaveTenDecimalsAndMetresFour() throws {
    #expect(try run("22.2666 60.4518\n", from: 4326, to: 3877).output == "23459636.1205 6704635.3599\n")
    let degrees = try run("23459636.1205 6704635.3599").output
    #expect(degrees.wholeMatch(of: /22\.2665999\d{3}|22\.2666000\d{3}.*\n?|22\.\d{10} 60\.\d{10}\n/) != nil)
  }

  @Test func windowsLineEndsAndALastLineWithoutOne() throws {
    let plain = try run("23459636.1205 6704635.3599\n23459637 6704636\n")
    #expect(try run("23459636.1205 6704635.3599\r\n23459637 6704636") == plain)
    #expect(try run("\u{FEFF}23459636.1205 6704635.3599\r\n23459637 6704636\r\n") == plain)
    #expect(try run("") == Outcome(output: ""))
  }

  @Test func aBadLineGivesErrorAndIsTold() throws {
    let text = """
      23459636.1205 6704635.3599

      abc
      1
      1 x
      1,,2
      1 2 3
      1,5;2,5
      nan 60
      1e999 2
      0x10 2
      23459636.1205 6704635.3599
      """
    let outcome = try run(text)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 12)
    #expect(lines[0] == lines[11] && lines[0] != "error")
    #expect(lines[1..<11].allSatisfy { $0 == "error" })
    #expect(
      outcome.bad
        == [
          "2: the line is empty",
          "3: the first number cannot be read: \"abc\"",
          "4: the second number is missing",
          "5: the second number cannot be read: \"x\"",
          "6: the second number cannot be read: \",2\"",
          "7: the second number is followed by \"3\"",
          "8: the second number is followed by \";2,5\"",
          "9: the first number cannot be read: \"nan 60\"",
          "10: the first number is not finite",
          "11: the first number is followed by \"x10 2\"",
        ])
  }

  @Test func aRefusedPositionIsABadLine() throws {
    let outcome = try run("200 60\n22 60\n22 95\n", from: 4326, to: 32634)
    #expect(outcome.bad.count == 2)
    #expect(outcome.bad[0].hasPrefix("1: longitude 200.0, latitude 60.0 is outside the area of use of EPSG:"))
    #expect(outcome.output.hasPrefix("error\n") && outcome.output.hasSuffix("\nerror\n"))
  }

  @Test func theAuthorityOrderSwapsBothSides() throws {
    #expect(
      try run("60.4518 22.2666\n", from: 4326, to: 3877, authorityOrder: true).output
        == "6704635.3599 23459636.1205\n")
    #expect(
      try run("60.4518 22.2666\n", from: 4326, to: 3067, authorityOrder: true).output == "239742.3381 6711088.9866\n")
  }

  @Test("blocks cut anywhere give the same", arguments: [1, 2, 3, 7, 26, 27, 28, 64])
  func blocks(size: Int) throws {
    let text = "23459636.1205 6704635.3599\r\nbad\n\n23459636.5 6704635.25\n1 2\n23459630 6704630"
    #expect(try run(text, block: size) == run(text))
  }

  @Test func anEndlessLineIsOneBadLine() throws {
    let endless = String(repeating: "1", count: 100_000)
    for block in [1 << 20, 1000] {
      let outcome = try run("\(endless)\n23459636.1205 6704635.3599\n\(endless)", block: block)
      #expect(outcome.bad.map { $0.prefix(24) } == ["1: the line is longer th", "3: the line is longer th"])
    }
  }

  @Test func negativeNumbers() throws {
    let outcome = try run("-3.5 -12.25\n", from: 4326, to: 3857)
    #expect(outcome.output == "-389618.2178 -1374173.3093\n")
  }
}
