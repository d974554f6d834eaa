import ArgumentParser
import PlaceAPI
import PlaceStore
import Places

/// `placeregistry redact`
struct RedactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact",
    abstract: "Take personal data out of every version of a place or an event, and wherever else it was kept.",
    discussion: "Versions, their numbers and their order stay. What was taken out can't be brought back.")

  /// What is redacted.
  enum Entity: String, ExpressibleByArgument, CaseIterable { case place, event }

  @Argument(help: "place or event.")
  var entity: Entity

  @Argument(help: "Its id; of a place a foreign one (tprek:12345), too. A merged id is redacted as itself.")
  var id: String

  @Option(
    help: ArgumentHelp(
      "JSON pointer of the field, such as /telephone/fi; without it all fields made for personal data.",
      valueName: "pointer"))
  var field: String?

  @Option(help: "Why; it is kept, so the value itself is not to stand here.")
  var reason: String

  @Option(help: ArgumentHelp("How to report: text or json.", valueName: "format"))
  var format: OutputFormat = .text

  func run() async throws {
    guard (1...2000).contains(reason.count), !reason.allSatisfy(\.isWhitespace) else {
      throw ValidationError("--reason: say why, in 1–2000 characters.")
    }
    let fields: [RedactedField]?
    do {
      fields = try field.map { [try entity == .place ? RedactedField(place: $0) : RedactedField(event: $0)] }
    } catch let error as FieldError { throw ValidationError("--field \(error.value): \(error.detail)") }
    let settings = try await Settings.load()
    let outcome = try await Session.run(settings) { session in
      try await session.store.write(by: .command("redact \(entity.rawValue) \(id)")) { transaction in
        switch entity {
        case .place:
          guard let native = try await transaction.holders(of: [id])[id] else { return nil as RedactionOutcome? }
          return try await transaction.redact(place: native, fields: fields, reason: reason)
        case .event:
          guard let native = try? PlaceID(id) else { return nil }
          return try await transaction.redact(event: native, fields: fields, reason: reason)
        }
      }.0
    }
    guard let outcome else { throw Failure("There is no \(entity.rawValue) with the id \(id).") }
    if format == .json { return print(API.report(outcome).text) }
    guard outcome.versions > 0 else { return print("There was nothing to redact.") }
    print("Redacted \(outcome.fields.joined(separator: ", ")) in \(outcome.versions) versions.")
    if !outcome.others.isEmpty { print("The name was taken from \(outcome.others.joined(separator: ", ")), too.") }
    print("Out of reach: \(RedactionOutcome.unreachable.joined(separator: "; ")).")
  }
}
