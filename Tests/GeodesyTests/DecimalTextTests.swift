import Foundation
import Testing

@testable import Geodesy

@Suite("Decimal numbers as text")
struct DecimalTextTests {
  private func parse(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      var position = 0
      guard let value = DecimalText.parse(bytes, &position), position == bytes.count else { return nil }
      return value
    }
  }

  private func print(_ value: Double, _ decimals: Int) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 340) { buffer in
      let count = DecimalText.print(value, decimals: decimals, to: buffer.baseAddress!)
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  @Test func printsAsTheCLibraryDoes() {
    var generator = SystemRandomNumberGenerator()
    var values: [Double] = [
      0, -0.0, 0.5, 1.5, 2.5, 0.00005, 0.00015, 0.00025, 0.99995, 0.999949999, 9.99995, -9.999951, 999_999.99995,
      1e15, 9.007199254740993e15, 1e17, 8.9e18, 1e19, 1e25, -1e25, 1e300, .greatestFiniteMagnitude,
      .leastNonzeroMagnitude,
      .leastNormalMagnitude, 5e-11, 5.0000000001e-11, 1.5e-10, 0.125, 0.0625, 0.03125, 0.00048828125,
    ]
    for _ in 0..<20_000 {
      values.append(Double.random(in: -180...180, using: &generator))
      values.append(Double.random(in: -3e7...3e7, using: &generator))
      values.append(Double(Int.random(in: -100_000...100_000, using: &generator)) / 32_768)
      let any = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
      if any.isFinite { values.append(any) }
    }
    for value in values {
      for decimals in [0, 4, 10] {
        let ours = print(value, decimals)
        let theirs = String(format: "%.\(decimals)f", value)
        if ours != theirs { Issue.record("\(value) to \(decimals) decimals: \(ours), C says \(theirs)") }
      }
    }
  }

  @Test func readsAsTheStandardLibraryDoes() {
    var generator = SystemRandomNumberGenerator()
    var texts = [
      "0", "-0", "+1", "1.", ".5", "-.5e2", "1e5", "1E-5", "1e+22", "1e23", "123456789012345678", "9007199254740993",
      "0.1", "0.30000000000000004", "6704635.3599", "00000000000000000000000012.5", "1.00000000000000000000000000001",
      "123456789012345678901234567890.5", "4.9e-324", "1e-400", "2.2250738585072011e-308", "1.7976931348623157e308",
      "0.000000000000000000000000000000000001", "179769313486231570000000000000000000000",
    ]
    for _ in 0..<20_000 {
      texts.append("\(Double.random(in: -180...180, using: &generator))")
      texts.append(String(format: "%.4f", Double.random(in: -3e7...3e7, using: &generator)))
      texts.append(String(format: "%.25f", Double.random(in: -3e7...3e7, using: &generator)))
      let any = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
      if any.isFinite { texts.append(String(format: "%.17g", any)) }
    }
    for text in texts {
      let ours = parse(text)
      if ours != strtod(text, nil) { Issue.record("\(text) read as \(ours.map { "\($0)" } ?? "nothing")") }
    }
    #expect(parse("-0")?.sign == .minus)
    #expect(parse("1e999") == .infinity)
  }

  @Test(
    "what is no number", arguments: ["", "-", "+", ".", "e5", "nan", "inf", "--1", "1.2.3", "1e", "1e+", "٣", "1_0"])
  func noNumber(text: String) {
    #expect(parse(text) == nil)
  }
}
