extension HoursParser {
  /// `2026,2028-2040/2,2050+`
  mutating func years() throws(HoursParseError) -> [YearRange] {
    var list: [YearRange] = []
    repeat {
      let first = token
      var range = YearRange(from: Int(first.value), to: Int(first.value))
      index += 1
      if take(.plus) {
        range.to = nil
      } else if take(.dash) {
        if let failure = failureOfISODate(first) { throw failure }
        guard token.isYear else { throw expected("a year", "Write 2026-2028, or 2026+ for all years from then on.") }
        range.to = Int(token.value)
        guard token.value > first.value else {
          throw token.value == first.value
            ? failure("The range begins and ends in the same year.", "Write the year once.")
            : failure("The years run backwards.", "Write the earlier year first.")
        }
        index += 1
        range.step = try step(upTo: 9999)
      } else if kind == .slash {
        throw failure("A step needs a range of years.", "Write 2026-2040/2.")
      }
      list.append(range)
    } while takeComma { $0.isYear }
    return list
  }

  /// `2026-12-24`
  private func failureOfISODate(_ year: HoursToken) -> HoursParseError? {
    let day = peek(2)
    guard kind == .number, 1...12 ~= token.value, peek(1).kind == .dash, day.kind == .number else { return nil }
    let month = HoursVocabulary.months[Int(token.value) - 1]
    return failure("Dates are written otherwise here.", "Write \(year.value) \(month) \(text(of: day)).", at: year)
  }

  /// `week 01,03-10/2`
  mutating func weeks() throws(HoursParseError) -> [WeekRange] {
    index += 1
    var list: [WeekRange] = []
    repeat {
      let from = try weekNumber()
      var range = WeekRange(from: from, to: from)
      if kind == .dash {
        index += 1
        let last = token
        range.to = try weekNumber()
        guard range.to >= range.from else {
          throw failure("The weeks run backwards.", "Write two ranges: week \(range.from)-53,01-\(range.to).", at: last)
        }
        range.step = try step(upTo: 26)
      } else if kind == .slash {
        throw failure("A step needs a range of weeks.", "Write week 01-53/2.")
      }
      list.append(range)
    } while kind == .comma && peek(1).digits <= 2 && !isTime(at: 1) && takeComma { $0.kind == .number }
    return list
  }

  private mutating func weekNumber() throws(HoursParseError) -> Int {
    guard kind == .number, token.digits <= 2 else {
      throw expected("the number of a week", "Write for instance week 05.")
    }
    guard 1...53 ~= token.value else { throw failure("A year has no week \(token.value).", "Weeks are 01–53.") }
    index += 1
    return Int(tokens[index - 1].value)
  }

  /// `/2`
  private mutating func step(upTo limit: Int) throws(HoursParseError) -> Int {
    guard take(.slash) else { return 1 }
    guard kind == .number, 2...limit ~= Int(token.value) else {
      throw expected("a step from 2 to \(limit)", "Leave it out for every one.")
    }
    index += 1
    return Int(tokens[index - 1].value)
  }

  /// Takes a comma if what follows it continues the list.
  mutating func takeComma(_ continues: (HoursToken) -> Bool) -> Bool {
    guard kind == .comma, continues(peek(1)) else { return false }
    index += 1
    return true
  }
}
