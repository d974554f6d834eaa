"""Prepares a run of schemathesis: fuzz_inputs.py URL FOLDER, with the key in PLACEREGISTRY_FUZZ_KEY. Writes into FOLDER

openapi.json      the service's own, without what would only make it wait or miss: keys of bodies that no place or event
                  has are always refused, so bodies are made of the documented ones
plain.toml        schemathesis' settings for the run without a key: all values are random
keyed.toml        those for the run with the key: most ids are real ones, and all methods find something to do
"""

import json
import os
import sys
import urllib.request

URL, FOLDER = sys.argv[1:]
KEY = os.environ["PLACEREGISTRY_FUZZ_KEY"]


def get(path):
    request = urllib.request.Request(URL + path, headers={"apikey": KEY})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


def uploaded():
    """A session to look at, apply and take back."""
    request = urllib.request.Request(
        URL + "/v1/import/?kind=places&source=osm&wait=30", data=b"id,name_fi,postal_code\nf1,Uimala,00100\nf2,Sali,1\n",
        headers={"apikey": KEY, "Content-Type": "text/csv"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)["session"]


def ids(path):
    return [row["id"] for row in get(path)["data"]]


def narrowed(node):
    """Long polls answer at once."""
    if isinstance(node, list):
        return [narrowed(item) for item in node if not (isinstance(item, dict) and item.get("name") == "wait")]
    if isinstance(node, dict):
        return {key: narrowed(value) for key, value in node.items()}
    return node


# What most places are made of, so that some can be made: a random text is no source, address, zone or point in Finland.
# Other values come all the same, as schemathesis also breaks what the schema says.
TEXT = {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": {
    language: {"type": "string", "pattern": "^[A-Za-z0-9 åäö]{1,40}$"} for language in ("fi", "sv", "en")}}
COMMON = {
    "name": TEXT,
    "description": {"anyOf": [TEXT, {"type": "null"}]},
    "data_source": {"enum": ["osm"]},
    "id": {"type": "string", "pattern": "^osm:f[1-9]$"},
    "publisher": {"enum": ["fuzz", None]},
}
PLACE = {
    "municipality": {"enum": ["091", "Åbo", {"code": "853"}, None]},
    "position": {"type": "object", "required": ["type", "coordinates"], "additionalProperties": False, "properties": {
        "type": {"const": "Point"},
        "coordinates": {"type": "array", "minItems": 2, "maxItems": 2, "items": False, "prefixItems": [
            {"type": "number", "minimum": 21, "maximum": 30}, {"type": "number", "minimum": 60, "maximum": 69}]}}},
    "coordinates": {"type": "object", "required": ["srid", "x", "y"], "additionalProperties": False, "properties": {
        "srid": {"enum": [3067, 3879, 2393]}, "x": {"type": "number", "minimum": 200_000, "maximum": 700_000},
        "y": {"type": "number", "minimum": 6_600_000, "maximum": 7_700_000}}},
    "kind": {"enum": ["venue", "area"]},
    "replaced_by": {"enum": [None, "osm:f1", "osm:f2"]},
    "identifiers": {"type": "array", "maxItems": 2, "items": {"enum": [
        {"scheme": "tprek", "value": str(value)} for value in range(5)]}},
}
EVENT = {
    "start_time": {"enum": ["2027-06-01T12:00:00+03:00", "2026-02-28", "2024-01-01T00:00:00Z"]},
    "end_time": {"enum": ["2027-06-01T12:00:01Z", "2028-02-29", None]},
    "event_status": {"enum": ["EventScheduled", "EventCancelled"]},
    "super_event": {"enum": ["osm:f1", None]},
    "replaced_by": {"enum": [None, "osm:f1", "osm:f2"]},
}


def settings(operations, dictionaries):
    # A JSON string is a TOML string, too.
    lines = [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in dictionaries.items()]
    for path, parameters in operations.items():
        lines.append(f"[[operations]]\ninclude-path-regex = {json.dumps(path)}\n[operations.parameters]")
        lines += [f"{json.dumps(name)} = {{ dictionary = {json.dumps(values)}, probability = 0.8 }}"
                  for name, values in parameters.items()]
        lines.append("")
    return "\n".join(lines)


def main():
    document = narrowed(get("/openapi.json"))
    # A few, so that one and the same is merged, changed, deleted and asked for.
    places = ids("/v1/place/?show_all_places=true&page_size=60")[::3]
    EVENT["location"] = {"enum": [*places, None]}
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Input") and "properties" in schema:
            schema["additionalProperties"] = False
            schema["required"] = ["data_source", "name"]
            for key, value in {**COMMON, **(PLACE if name == "PlaceInput" else EVENT)}.items():
                if key in schema["properties"]:
                    schema["properties"][key] = value
    dictionaries = {
        "places": places,
        # Those of the demonstration, and what is made in the run.
        "events": ids("/v1/event/?page_size=10&event_type=all") + ["osm:f1", "osm:f2", "osm:f3"],
        "municipalities": ["fi:091", "fi:853"],
        "sessions": [uploaded()],
        "sources": ["osm"],
        "srids": [3067, 3879, 4326],
        "versions": ["*", '"1"'],
    }
    dictionaries = {name: values for name, values in dictionaries.items() if values}
    operations = {
        r"^/v1/place/": {"path.id": "places", "body.into": "places", "body.parent": "places",
                         "query.srid": "srids", "header.If-Match": "versions"},
        r"^/v1/event/": {"path.id": "events", "query.location": "places",
                         "query.location_tree": "places", "query.srid": "srids", "header.If-Match": "versions"},
        r"^/v1/import/": {"path.session": "sessions", "query.source": "sources"},
        r"^/v1/municipality/": {"path.code": "municipalities"},
    }
    operations = {path: {name: values for name, values in parameters.items() if values in dictionaries}
                  for path, parameters in operations.items()}
    with open(f"{FOLDER}/openapi.json", "w", encoding="utf-8") as file:
        json.dump(document, file)
    for name, text in {"plain": "", "keyed": settings(operations, dictionaries)}.items():
        with open(f"{FOLDER}/{name}.toml", "w", encoding="utf-8") as file:
            file.write(text)


main()
