import Foundation
import OpeningHours
import Testing

/// Hours of a source, the expression they become, the losses as `where: value`, and what days then look like.
struct ConversionCase: CustomTestStringConvertible {
  let name: String
  let source: String
  let expression: String?
  var losses: [String] = []
  /// `2026-12-24: 10:00-14:00`
  var days: [String] = []

  var testDescription: String { name }

  func decoded<Element: Decodable>(_ type: Element.Type) throws -> [Element] {
    try JSONDecoder().decode([Element].self, from: Data(source.utf8))
  }
}

extension HoursConversion {
  var lossTexts: [String] { losses.map { loss in loss.value.map { "\(loss.where): \($0)" } ?? loss.where } }

  /// The days of a case as the expression makes them.
  func days(like days: [String]) throws -> [String] {
    try days.map { day in
      let date = String(day.prefix(10))
      return "\(date): \(try DayCase(expression?.description ?? "", on: date, "").found())"
    }
  }
}
