import OpeningHours
import Testing

@Suite("Prose that nobody wrote")
struct ProseMutationTests {
  /// The same numbers each time (Steele, Lea, Flood, "Fast splittable pseudorandom number generators").
  private struct Sequence: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let pieces = [
    "ma", "pe-la", "to", "su", "arkisin", "pyhinä", "klo", "8", "9-16", "20-02", "8.30–15", "10.10-12.12", "24", "/7",
    "6.12.",
    "24.-26.12.2019", "1.6.–31.8.", "31.2.", "29.2.2027", "joulu-tammikuussa", "kesäkuusta", "elokuuhun", "joulukuun",
    "24.",
    "päivä", "juhannusaattona", "2.", "pääsiäispäivänä", "avoinna", "suljettu", "stängt", "paitsi", "muulloin",
    "kesällä",
    "alkaen", "asti", "tai", "sopimuksen mukaan", "24 h", "dygnet runt", "viikot", "27-30", "53-53",
    "parittomilla viikoilla",
    "halli", "(", ")", ",", ";", ".", "&", "\n", "-", "–", "on", "fr.o.m.", "2026", "€", "12345", "🏊", "maanantaista",
    "torstaihin",
  ]

  @Test(arguments: 0..<8) func isReadWithoutAnExpressionThatCannotBeWritten(_ seed: Int) throws {
    var random = Sequence(state: UInt64(seed))
    var proposed = 0
    for _ in 0..<500 {
      let words = (0..<Int.random(in: 1...14, using: &random)).compactMap { _ in
        Self.pieces.randomElement(using: &random)
      }
      let text = words.joined(separator: Bool.random(using: &random) ? " " : "")
      guard let proposal = HoursProse.propose(text) else { continue }
      proposed += 1
      #expect(try HoursExpression(parsing: proposal.expression.description) == proposal.expression, "\(text)")
      #expect((0...1).contains(proposal.confidence), "\(text)")
    }
    #expect(proposed > 20)
  }
}
