import ArgumentParser
import Foundation
import OpeningHours
import Places

/// `placeregistry hours`: what an opening-hours expression means.
struct Hours: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hours",
    abstract: "Read an OpenStreetMap opening_hours expression and tell what it means.",
    discussion: """
      Tells the state at an instant, the next change and the intervals of a period. With --batch it reads one JSON object a \
      line from standard input ("id", "expression", "from", "to", "at", "timezone", "holidays", "lat", "lon") and writes one \
      a line to standard output in the same order, a bad one as "valid": false. --prose proposes an expression for Finnish, \
      Swedish or English words; --read takes the opening hours out of a JSON file of another system and tells what could not \
      be carried over; --schema-org writes an expression as schema.org's openingHoursSpecification.
      """)

  @Argument(help: "The expression, as \"Mo-Fr 09:00-17:00; PH off\"; with --read the file (- for standard input).")
  var expression: String?

  @Option(help: ArgumentHelp("The first instant of the intervals, RFC 3339.", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("The end of the intervals (default: 7 days later).", valueName: "time"))
  var to: String?

  @Option(help: ArgumentHelp("The instant of the state (default: now).", valueName: "time"))
  var at: String?

  @Option(help: ArgumentHelp("The time zone (default: Europe/Helsinki).", valueName: "name"))
  var timezone: String?

  @Option(help: ArgumentHelp("Whose public holidays PH means: FI or none.", valueName: "country"))
  var holidays: String?

  @Option(help: ArgumentHelp("The latitude for sunrise and sunset, degrees north.", valueName: "degrees"))
  var lat: Double?

  @Option(help: ArgumentHelp("The longitude for sunrise and sunset, degrees east.", valueName: "degrees"))
  var lon: Double?

  @Flag(help: "Read JSON lines from standard input.")
  var batch = false

  @Option(help: ArgumentHelp("Propose an expression for words, as \"avoinna ma-pe 9-17\".", valueName: "text"))
  var prose: String?

  @Option(help: ArgumentHelp("Whose JSON the file is: ptv, hauki or palvelupisteet.", valueName: "system"))
  var read: HoursReading.System?

  @Flag(help: "Write the expression as schema.org's openingHoursSpecification (JSON).")
  var schemaOrg = false

  @Option(help: ArgumentHelp("How to tell the answer: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func validate() throws {
    guard (batch || prose != nil) == (expression == nil), !batch || prose == nil else {
      throw ValidationError(
        "Give one expression, or --prose TEXT, or --read SYSTEM FILE, or --batch and JSON lines on standard input.")
    }
    guard (lat == nil) == (lon == nil) else { throw ValidationError("--lat and --lon belong together.") }
  }

  func run() throws {
    if batch { return Self.answerLines() }
    if let prose { return try HoursReading.propose(prose, format) }
    if let read { return try HoursReading.read(read, file: expression ?? "-", format) }
    let position = lat.flatMap { lat in lon.map { SunPosition(latitude: lat, longitude: $0) } }
    do {
      let question = try HoursQuestion(
        expression: expression ?? "", from: from, to: to, at: at, timezone: timezone, holidays: holidays,
        position: position)
      if schemaOrg { return try HoursReading.tell(question, now: .now()) }
      print(format == .json ? Self.object { question.write(&$0) } : Self.text(question))
    } catch let error as HoursParseError {
      if format == .json { print(Self.object { HoursQuestion.write(error, &$0) }) }
      Stderr.write("placeregistry hours: \(error)")
      throw ExitCode(1)
    } catch let refusal as HoursQuestion.Refusal {
      throw ValidationError("--\(refusal.parameter) \(refusal.value): \(refusal.detail)")
    }
  }

  private static func text(_ question: HoursQuestion) -> String {
    let zone = question.calendar.zone
    let status = question.calendar.status(at: question.at)
    var lines = ["expression   \(question.calendar.expression)"]
    lines += question.warnings.map { "warning      at character \($0.position): \($0.detail)" }
    lines.append("\(zone.text(of: question.at))   \(label(status))")
    lines.append("next change  \(question.calendar.nextChange(after: question.at).map(zone.text) ?? "never")")
    for interval in question.calendar.intervals(from: question.period.lowerBound, to: question.period.upperBound)
    where interval.status.state != .closed {
      lines.append("\(zone.text(of: interval.start)) – \(zone.text(of: interval.end))   \(label(interval.status))")
    }
    return lines.joined(separator: "\n")
  }

  private static func label(_ status: OpeningStatus) -> String {
    status.state.rawValue + (status.comment.map { " \"\($0)\"" } ?? "")
  }

  // MARK: - Many at once

  /// Answers line by line; no line ends the work.
  private static func answerLines() {
    // Written in blocks: a million answers shall not cost a million system calls.
    var output = ""
    while let line = readLine(strippingNewline: true) {
      guard !line.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\r" }) else { continue }
      output += answer(line) + "\n"
      if output.utf8.count > 65_536 {
        FileHandle.standardOutput.write(Data(output.utf8))
        output = ""
      }
    }
    FileHandle.standardOutput.write(Data(output.utf8))
  }

  private static func answer(_ line: String) -> String {
    let members: JSONValue
    do {
      members = try JSONParser.parse(line)
    } catch let error as JSONError {
      return object { refuse(&$0, position: error.offset, "The line is no JSON: \(error.reason).") }
    } catch {
      return object { refuse(&$0, position: 0, "The line is no JSON.") }
    }
    let id = members["id"]
    func text(_ key: String) throws -> String? {
      guard let value = members[key], value != .null else { return nil }
      guard let text = value.stringValue else {
        throw HoursQuestion.Refusal(parameter: key, value: value.text, detail: "Give a string.")
      }
      return text
    }
    func number(_ key: String) throws -> Double? {
      guard let value = members[key], value != .null else { return nil }
      guard let number = value.doubleValue else {
        throw HoursQuestion.Refusal(parameter: key, value: value.text, detail: "Give a number.")
      }
      return number
    }
    return object { w in
      if let id {
        w.key("id")
        w.value(id)
      }
      do {
        guard let expression = try text("expression") else {
          return refuse(&w, position: 0, "The line has no \"expression\".")
        }
        let lat = try number("lat")
        let lon = try number("lon")
        let question = try HoursQuestion(
          expression: expression, from: text("from"), to: text("to"), at: text("at"), timezone: text("timezone"),
          holidays: text("holidays"),
          position: lat.flatMap { lat in lon.map { SunPosition(latitude: lat, longitude: $0) } })
        question.write(&w)
      } catch let error as HoursParseError {
        HoursQuestion.write(error, &w)
      } catch let refusal as HoursQuestion.Refusal {
        refuse(&w, position: 0, "\(refusal.parameter) \(refusal.value): \(refusal.detail)")
      } catch {
        refuse(&w, position: 0, String(describing: error))
      }
    }
  }

  private static func refuse(_ w: inout JSONWriter, position: Int, _ detail: String) {
    HoursQuestion.write(HoursParseError(position: position, detail: detail), &w)
  }

  static func object(_ members: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    members(&writer)
    writer.endObject()
    return writer.string
  }
}
