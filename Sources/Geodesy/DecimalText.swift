import Glibc

/// Decimal numbers as text, both ways without an allocation and exactly.
enum DecimalText {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Reads a decimal number (`-12.5`, `+3`, `.5`, `6.7e6`) from `position` on and moves it beyond the number. The answer
  /// is the double nearest to what is written, of however many digits. Nil, and `position` unmoved, when no number
  /// stands there; "nan", "inf" and hexadecimal are none.
  static func parse(_ text: Bytes, _ position: inout Int) -> Double? {
    var at = position
    let end = text.count
    var negative = false
    if at < end, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      negative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var any = false
    var exact = true
    var fraction = false
    while at < end {
      let digit = text[at] &- UInt8(ascii: "0")
      if digit < 10 {
        any = true
        if digits < 18 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
          if mantissa != 0 { digits += 1 }
          if fraction { exponent -= 1 }
        } else {
          if digit != 0 { exact = false }
          if !fraction { exponent += 1 }
        }
      } else if text[at] == UInt8(ascii: "."), !fraction {
        fraction = true
      } else {
        break
      }
      at += 1
    }
    guard any else { return nil }
    if at < end, text[at] | 0x20 == UInt8(ascii: "e"), let power = parseExponent(text, &at) { exponent += power }
    defer { position = at }
    // Both parts exact in a double, so that one multiplication or division rounds once and correctly.
    if exact, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let whole = Double(mantissa)
      let power = powersOfTen[abs(exponent)]
      let value = exponent < 0 ? whole / power : whole * power
      return negative ? -value : value
    }
    return slowly(text, position, at)
  }

  private static func parseExponent(_ text: Bytes, _ position: inout Int) -> Int? {
    var at = position + 1
    var negative = false
    if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      negative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    let start = at
    var power = 0
    while at < text.count, text[at] &- UInt8(ascii: "0") < 10 {
      power = min(power * 10 + Int(text[at] &- UInt8(ascii: "0")), 100_000)
      at += 1
    }
    guard at > start else { return nil }
    position = at
    return negative ? -power : power
  }

  /// The C library's reading, for numbers of more digits than fit. The locale is "C" unless someone sets another.
  private static func slowly(_ text: Bytes, _ start: Int, _ end: Int) -> Double {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: end - start + 1) { copy in
      for index in start..<end { copy[index - start] = CChar(bitPattern: text[index]) }
      copy[end - start] = 0
      guard let base = copy.baseAddress else { return .nan }
      return strtod(base, nil)
    }
  }

  /// Writes a finite number with a fixed count of decimals (0…10), rounded as C's `printf` does: to the nearest by the
  /// number's exact value, ties to even. At most 330 bytes.
  ///
  /// - Returns: how many bytes were written.
  static func print(_ value: Double, decimals: Int, to output: UnsafeMutablePointer<UInt8>) -> Int {
    let magnitude = value.magnitude
    guard magnitude < 9e18 else { return printSlowly(value, decimals: decimals, to: output) }
    var length = 0
    if value.sign == .minus {
      output[0] = UInt8(ascii: "-")
      length = 1
    }
    var whole = UInt64(magnitude)
    let scale = tens[decimals]
    var fraction = scaled(magnitude - Double(whole), by: scale, afterOdd: decimals == 0 && whole & 1 == 1)
    if fraction == scale {
      whole += 1
      fraction = 0
    }
    length += printDigits(whole, atLeast: 1, to: output + length)
    if decimals > 0 {
      output[length] = UInt8(ascii: ".")
      length += 1
      length += printDigits(fraction, atLeast: decimals, to: output + length)
    }
    return length
  }

  private static let tens: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
  ]

  /// `fraction` (0 ..< 1) × `scale`, rounded to the nearest integer, ties to even, from the exact binary value;
  /// `afterOdd`: added to an odd integer, whose ties go up.
  private static func scaled(_ fraction: Double, by scale: UInt64, afterOdd: Bool) -> UInt64 {
    guard fraction > 0 else { return 0 }
    // fraction = significand / 2^shift
    let significand = fraction.significandBitPattern | (fraction.isNormal ? 1 << 52 : 0)
    let shift = 52 - Int(fraction.isNormal ? fraction.exponent : -1022)
    // The product has at most 87 bits, so that beyond 2^88 it is less than a half.
    guard shift <= 88 else { return 0 }
    let product = UInt128(significand) * UInt128(scale)
    let quotient = UInt64(truncatingIfNeeded: product >> shift)
    let rest = product & ((1 << shift) - 1)
    let half = UInt128(1) << (shift - 1)
    return rest > half || (rest == half && (quotient & 1 == 1) != afterOdd) ? quotient + 1 : quotient
  }

  private static func printDigits(_ value: UInt64, atLeast: Int, to output: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while count < 19, value >= bound {
      bound *= 10
      count += 1
    }
    count = max(count, atLeast)
    var rest = value
    var index = count
    while index > 0 {
      index -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      output[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
    return count
  }

  private static func printSlowly(_ value: Double, decimals: Int, to output: UnsafeMutablePointer<UInt8>) -> Int {
    output.withMemoryRebound(to: CChar.self, capacity: 331) { text in
      Int(withVaList([Int32(decimals), value]) { vsnprintf(text, 331, "%.*f", $0) })
    }
  }
}
