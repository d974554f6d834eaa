import ArgumentParser
import Foundation
import OpeningHours
import Places

/// Opening hours to and from other notations, for `placeregistry hours`.
enum HoursReading {
  /// Whose JSON is read.
  enum System: String, ExpressibleByArgument, CaseIterable {
    case ptv, hauki, palvelupisteet

    /// The key under which the hours of one place stand.
    fileprivate var key: String {
      switch self {
      case .ptv: "serviceHours"
      case .hauki: "date_periods"
      case .palvelupisteet: "aukioloajat"
      }
    }

    fileprivate func convert(_ hours: JSONValue) throws -> HoursConversion {
      let data = Data(hours.text.utf8)
      let decoder = JSONDecoder()
      return switch self {
      case .ptv: HoursConversion(ptv: try decoder.decode([PTVServiceHours].self, from: data))
      case .hauki: HoursConversion(hauki: try decoder.decode([HaukiDatePeriod].self, from: data))
      case .palvelupisteet: HoursConversion(turku: try decoder.decode([TurkuOpeningHours].self, from: data))
      }
    }
  }

  /// Proposes an expression for words.
  static func propose(_ text: String, _ format: OutputFormat) throws {
    let proposal = HoursProse.propose(text)
    if format == .json {
      print(
        Hours.object { w in
          w.member("expression", proposal?.expression.description)
          w.key("confidence")
          w.double(proposal?.confidence ?? 0)
          for (key, parts) in [("understood", proposal?.understood), ("leftover", proposal?.leftover ?? [text])] {
            w.key(key)
            w.strings(parts ?? [])
          }
          w.key("notes")
          w.strings(proposal?.notes ?? [])
        })
    } else if let proposal {
      print("expression   \(proposal.expression)\nconfidence   \(proposal.confidence)")
      for part in proposal.leftover { print("left over    \(part)") }
      for note in proposal.notes { print("note         \(note)") }
    }
    guard proposal == nil else { return }
    Stderr.write("placeregistry hours: nothing in “\(text)” is understood as opening hours")
    throw ExitCode(1)
  }

  /// Reads a file of another system: each list of hours in it, wherever it stands.
  static func read(_ system: System, file: String, _ format: OutputFormat) throws {
    let document: JSONValue
    do {
      let data =
        file == "-"
        ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: file))
      document = try JSONParser.parse(Array(data))
    } catch let error as JSONError {
      Stderr.write("placeregistry hours: \(file) is no JSON: \(error)")
      throw ExitCode(1)
    } catch {
      Stderr.write("placeregistry hours: \(file) cannot be read: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    var found = lists(under: system.key, in: document, "")
    // A list of hours by itself, as Hauki's /date_period/ answers.
    if found.isEmpty, case .array = document { found = [("", document)] }
    guard !found.isEmpty else {
      Stderr.write("placeregistry hours: \(file) has no “\(system.key)”: is it a file of \(system.rawValue)?")
      throw ExitCode(1)
    }
    for (owner, hours) in found { try tell(owner, hours, system, format) }
  }

  private static func tell(_ owner: String, _ hours: JSONValue, _ system: System, _ format: OutputFormat) throws {
    let conversion: HoursConversion
    do {
      conversion = try system.convert(hours)
    } catch {
      Stderr.write("placeregistry hours: \(owner): the hours are not as \(system.rawValue) tells them: \(error)")
      throw ExitCode(1)
    }
    if format == .json {
      print(
        Hours.object { w in
          w.member("id", owner)
          w.member("expression", conversion.expression?.description)
          w.key("losses")
          w.beginArray()
          for loss in conversion.losses {
            w.beginObject()
            w.member("what", loss.what)
            w.member("where", loss.where)
            w.member("value", loss.value)
            w.endObject()
          }
          w.endArray()
        })
    } else {
      print("\(owner.isEmpty ? "" : owner + ": ")\(conversion.expression?.description ?? "no hours")")
      for loss in conversion.losses {
        print("  lost  \(loss.where): \(loss.what)\(loss.value.map { " (\($0))" } ?? "")")
      }
    }
  }

  /// Writes an expression as schema.org's specifications for 60 days from a day on.
  static func tell(_ question: HoursQuestion, now: Timestamp) throws {
    let date = question.calendar.zone.date(at: question.period.lowerBound)
    guard let day = HoursDate(date) else { throw ValidationError("--from \(date): give a year from 1000 to 9999.") }
    let hours = SchemaOrgHours.specifications(
      of: question.calendar.expression, from: day, zone: question.calendar.zone,
      holidays: question.calendar.holidays, position: question.calendar.position)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    print(String(decoding: try encoder.encode(hours.specifications), as: UTF8.self))
    for loss in hours.losses { Stderr.write("lost: \(loss.where): \(loss.what)") }
  }

  /// The lists under a key, each with the id of the object that holds it.
  private static func lists(under key: String, in value: JSONValue, _ owner: String) -> [(String, JSONValue)] {
    switch value {
    case .array(let items): return items.flatMap { lists(under: key, in: $0, owner) }
    case .object(let members):
      let id = value["id"] ?? value["koodi"]
      let own = id.map { $0.stringValue ?? $0.text } ?? owner
      return members.flatMap { member in
        // Empty lists are common, and there is nothing to tell of them.
        if member.key == key, case .array(let hours) = member.value {
          return hours.isEmpty ? [] : [(own, member.value)]
        }
        return lists(under: key, in: member.value, own)
      }
    default: return []
    }
  }
}

extension JSONWriter {
  fileprivate mutating func strings(_ values: [String]) {
    beginArray()
    for value in values { string(value) }
    endArray()
  }
}
