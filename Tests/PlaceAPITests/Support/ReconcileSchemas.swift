import Foundation

/// What the W3C Entity Reconciliation API 0.2 says of its documents, as JSON Schema, written from the text of the
/// specification: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
enum ReconcileSchemas {
  static func checker() throws -> SchemaChecker {
    try SchemaChecker(openAPI: Data(#"{"components": {"schemas": \#(text)}}"#.utf8))
  }

  private static let text = #"""
    {
      "Type": {
        "description": "An id and a name, perhaps broader types.",
        "type": "object", "required": ["id", "name"],
        "properties": {
          "id": {"type": "string", "minLength": 1}, "name": {"type": "string", "minLength": 1},
          "broader": {"type": "array", "items": {"$ref": "#/components/schemas/Type"}}
        }
      },
      "TypeOrID": {
        "oneOf": [
          {"type": "string"},
          {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
        ]
      },
      "Template": {
        "type": "object", "required": ["url"],
        "properties": {"url": {"type": "string", "pattern": "\\{\\{id\\}\\}"}}
      },
      "SuggestService": {
        "type": "object",
        "properties": {
          "service_url": {"type": "string", "format": "uri"}, "service_path": {"type": "string"},
          "flyout_service_url": {"type": "string", "format": "uri"},
          "flyout_service_path": {"type": "string", "pattern": "\\$\\{id\\}"}
        }
      },
      "Setting": {
        "type": "object", "required": ["name", "label", "type"],
        "properties": {
          "name": {"type": "string"}, "label": {"type": "string"}, "help_text": {"type": "string"},
          "type": {"enum": ["number", "text", "checkbox", "select"]}
        },
        "oneOf": [
          {"properties": {"type": {"const": "number"}, "default": {"type": "number"}}},
          {"properties": {"type": {"const": "text"}, "default": {"type": "string"}}},
          {"properties": {"type": {"const": "checkbox"}, "default": {"type": "boolean"}}},
          {
            "required": ["choices"],
            "properties": {
              "type": {"const": "select"}, "default": {"type": "string"},
              "choices": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["value", "name"],
                  "properties": {"value": {"type": "string"}, "name": {"type": "string"}}
                }
              }
            }
          }
        ]
      },
      "Manifest": {
        "type": "object", "required": ["versions", "name", "identifierSpace", "schemaSpace"],
        "properties": {
          "versions": {"type": "array", "minItems": 1, "items": {"enum": ["0.1", "0.2"]}},
          "name": {"type": "string"},
          "identifierSpace": {"type": "string", "format": "uri"}, "schemaSpace": {"type": "string", "format": "uri"},
          "documentation": {"type": "string", "format": "uri"}, "logo": {"type": "string", "format": "uri"},
          "serviceVersion": {"type": "string"},
          "defaultTypes": {"type": "array", "items": {"$ref": "#/components/schemas/Type"}},
          "view": {"$ref": "#/components/schemas/Template"}, "feature_view": {"$ref": "#/components/schemas/Template"},
          "preview": {
            "allOf": [{"$ref": "#/components/schemas/Template"}],
            "required": ["url", "width", "height"],
            "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}}
          },
          "suggest": {
            "type": "object",
            "properties": {
              "entity": {"$ref": "#/components/schemas/SuggestService"},
              "property": {"$ref": "#/components/schemas/SuggestService"},
              "type": {"$ref": "#/components/schemas/SuggestService"}
            }
          },
          "extend": {
            "type": "object",
            "properties": {
              "propose_properties": {
                "type": "object",
                "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}}
              },
              "property_settings": {"type": "array", "items": {"$ref": "#/components/schemas/Setting"}}
            }
          },
          "batchSize": {"type": "integer", "minimum": 1}
        }
      },
      "QueryBatch": {
        "type": "object",
        "additionalProperties": {
          "type": "object",
          "anyOf": [
            {"required": ["query"]},
            {"required": ["properties"], "properties": {"properties": {"type": "array", "minItems": 1}}}
          ],
          "properties": {
            "query": {"type": "string"},
            "type": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "limit": {"type": "integer", "minimum": 1},
            "properties": {
              "type": "array",
              "items": {
                "type": "object", "required": ["pid", "v"],
                "properties": {
                  "pid": {"type": "string"},
                  "v": {
                    "anyOf": [
                      {"$ref": "#/components/schemas/QueryValue"},
                      {"type": "array", "items": {"$ref": "#/components/schemas/QueryValue"}}
                    ]
                  }
                }
              }
            },
            "type_strict": {"enum": ["any", "should", "all"]}
          },
          "additionalProperties": false
        }
      },
      "QueryValue": {
        "oneOf": [
          {"type": ["string", "number", "boolean"]},
          {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
        ]
      },
      "ResultBatch": {
        "type": "object",
        "additionalProperties": {
          "type": "object", "required": ["result"],
          "properties": {
            "result": {
              "type": "array",
              "items": {
                "type": "object", "required": ["id", "name", "score"],
                "properties": {
                  "id": {"type": "string", "minLength": 1}, "name": {"type": "string", "minLength": 1},
                  "description": {"type": "string"}, "score": {"type": "number"}, "match": {"type": "boolean"},
                  "type": {"type": "array", "items": {"$ref": "#/components/schemas/TypeOrID"}},
                  "features": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "properties": {"id": {"type": "string"}, "value": {"type": ["boolean", "number"]}}
                    }
                  }
                }
              }
            }
          }
        }
      },
      "Suggestions": {
        "type": "object", "required": ["result"],
        "properties": {
          "result": {
            "type": "array",
            "items": {
              "type": "object", "required": ["id", "name"],
              "properties": {
                "id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
                "notable": {"type": "array", "items": {"$ref": "#/components/schemas/TypeOrID"}}
              }
            }
          }
        }
      },
      "Flyout": {
        "type": "object", "required": ["id", "html"],
        "properties": {"id": {"type": "string"}, "html": {"type": "string"}}
      },
      "PropertyProposal": {
        "type": "object", "required": ["properties"],
        "properties": {
          "properties": {
            "type": "array",
            "items": {
              "type": "object", "required": ["id", "name"],
              "properties": {"id": {"type": "string"}, "name": {"type": "string"}}
            }
          },
          "type": {"type": "string"}, "limit": {"type": "integer"}
        }
      },
      "ExtensionQuery": {
        "type": "object", "required": ["ids", "properties"],
        "properties": {
          "ids": {"type": "array", "items": {"type": "string"}},
          "properties": {
            "type": "array",
            "items": {
              "type": "object", "required": ["id"],
              "properties": {"id": {"type": "string"}, "settings": {"type": "object"}}
            }
          }
        }
      },
      "Extension": {
        "type": "object", "required": ["meta", "rows"],
        "properties": {
          "meta": {
            "type": "array",
            "items": {
              "type": "object", "required": ["id", "name"],
              "properties": {
                "id": {"type": "string"}, "name": {"type": "string"},
                "type": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
                "service": {"type": "string", "pattern": "^https?://"}
              }
            }
          },
          "rows": {
            "type": "object",
            "additionalProperties": {
              "type": "object",
              "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Value"}}
            }
          }
        }
      },
      "Value": {
        "oneOf": [
          {"type": "object", "properties": {}, "additionalProperties": false},
          {
            "type": "object", "required": ["id", "name"], "additionalProperties": false,
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"}}
          },
          {
            "type": "object", "required": ["str"], "additionalProperties": false,
            "properties": {"str": {"type": "string"}}
          },
          {
            "type": "object", "required": ["float"], "additionalProperties": false,
            "properties": {"float": {"type": "number"}}
          },
          {
            "type": "object", "required": ["int"], "additionalProperties": false,
            "properties": {"int": {"type": "integer"}}
          },
          {
            "type": "object", "required": ["date"], "additionalProperties": false,
            "properties": {
              "date": {
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
              }
            }
          }
        ]
      }
    }
    """#
}
