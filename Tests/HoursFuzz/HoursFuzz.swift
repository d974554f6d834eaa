// What Scripts/fuzz-hours compiles together with Sources/OpeningHours, for libFuzzer: any bytes are read as a text; what
// was read is printed and read again, and evaluated. A trap, or more than a second, is a failure.

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  let parsed: ParsedHours
  do throws(HoursParseError) {
    parsed = try HoursExpression.parse(text)
  } catch {
    require(0...text.unicodeScalars.count ~= error.position, "The position is outside: \(error)")
    return 0
  }
  for warning in parsed.warnings {
    require(0...text.unicodeScalars.count ~= warning.position, "The position is outside: \(warning)")
  }
  let printed = parsed.expression.description
  do throws(HoursParseError) {
    let again = try HoursExpression.parse(printed)
    require(again.expression == parsed.expression, "Read differently: \(printed)")
    require(again.expression.description == printed, "Printed differently: \(printed)")
  } catch {
    fatalError("What was printed is not read: \(printed): \(error)")
  }
  evaluate(parsed.expression)
  return 0
}

/// 2026-03-28T22:00:00Z, before a change of the clock, and moments far from it.
private let instants: [Int64] = [1_774_735_200, 0, 1_793_000_000, -2_000_000_000, 20_000_000_000]

private func evaluate(_ expression: HoursExpression) {
  let calendar = OpeningCalendar(expression, position: SunPosition(latitude: 60.17, longitude: 24.94))
  for instant in instants {
    let state = calendar.status(at: instant).state
    var end = instant
    var change: Int64?
    for interval in calendar.intervals(from: instant, to: instant + 20 * 86_400).prefix(100) {
      require(interval.start == end && interval.end > end, "A gap or an overlap at \(end): \(expression)")
      if interval.status.state != state, change == nil { change = interval.start }
      end = interval.end
    }
    // Only where it is near: an expression under which nothing ever changes is walked through for 400 years.
    guard let change else { continue }
    require(calendar.nextChange(after: instant) == change, "The next change is not at \(change): \(expression)")
    require(calendar.status(at: change).state != state, "Nothing changes at \(change): \(expression)")
  }
}

/// `precondition`, whose message an optimised build would leave out.
private func require(_ holds: Bool, _ message: @autoclosure () -> String) {
  if !holds { fatalError(message()) }
}
