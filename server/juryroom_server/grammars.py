"""What to look for in a syntax tree, language by language. Data: only `syntax` runs it.

Captures: `function` and `type` are definitions; `call` is the last identifier of what is called; `bare` is
one that may be a call, or a variable; `local` makes it a variable in the definition around it; `outer` is a node that
belongs to the definition inside it (a decorated definition, a template); `mark` stands in front of the definition that
it belongs to (an attribute).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """One grammar wheel, and our query for it."""

    module: str
    query: str
    function: str = "language"
    """Name of the function in `module` that gives the grammar."""


_JS_FUNCTION = "[(arrow_function) (function_expression) (generator_function)]"
_ECMASCRIPT = f"""
[(function_declaration) (generator_function_declaration) (method_definition)] @function
(variable_declarator name: (identifier) value: {_JS_FUNCTION}) @function
(assignment_expression left: [(identifier) (member_expression)] right: {_JS_FUNCTION}) @function
(pair value: {_JS_FUNCTION}) @function
(export_statement value: {_JS_FUNCTION}) @function
(class_declaration) @type
(variable_declarator name: (identifier) value: (class)) @type
(export_statement value: (class)) @type
(export_statement decorator: (decorator)) @outer
(call_expression function: [(identifier) @call (member_expression property: (_) @call)])
(new_expression constructor: [(identifier) @call (member_expression property: (_) @call)])
"""
_JSX = """
(jsx_opening_element name: (identifier) @call)
(jsx_self_closing_element name: (identifier) @call)
"""
_JAVASCRIPT = f"{_ECMASCRIPT}{_JSX}(field_definition value: {_JS_FUNCTION}) @function"
_TYPESCRIPT = f"""{_ECMASCRIPT}
(public_field_definition value: {_JS_FUNCTION}) @function
[(abstract_class_declaration) (interface_declaration) (enum_declaration) (type_alias_declaration)] @type
(class_body (decorator) @mark)
"""
_C = """
(function_definition) @function
(preproc_function_def) @function
(struct_specifier name: (_) body: (_)) @type
(union_specifier name: (_) body: (_)) @type
(enum_specifier name: (_) body: (_)) @type
(type_definition type: (struct_specifier !name body: (_))) @type
(type_definition type: (union_specifier !name body: (_))) @type
(type_definition type: (enum_specifier !name body: (_))) @type
(call_expression function: [(identifier) @call (field_expression field: (field_identifier) @call)])
"""
_CPP = f"""{_C}
(class_specifier name: (_) body: (_)) @type
(init_declarator value: (lambda_expression)) @function
(template_declaration [(function_definition) (class_specifier) (struct_specifier)]) @outer
(call_expression function: (field_expression field: (template_method name: (_) @call)))
(call_expression function: (template_function name: (_) @call))
(call_expression function: (qualified_identifier name: [(identifier) @call (template_function name: (_) @call)]))
(call_expression function: (qualified_identifier name: (qualified_identifier name: (identifier) @call)))
(new_expression type: [(type_identifier) @call (qualified_identifier name: (type_identifier) @call)])
(new_expression type: (template_type name: (_) @call))
"""

GRAMMARS = {
    "python": Grammar(
        "tree_sitter_python",
        """
        (function_definition) @function
        (assignment left: (identifier) right: (lambda)) @function
        (class_definition) @type
        (decorated_definition) @outer
        (call function: [(identifier) @call (attribute attribute: (identifier) @call)])
        (decorator [(identifier) @call (attribute attribute: (identifier) @call)])
        """,
    ),
    "javascript": Grammar("tree_sitter_javascript", _JAVASCRIPT),
    "typescript": Grammar("tree_sitter_typescript", _TYPESCRIPT, "language_typescript"),
    "tsx": Grammar("tree_sitter_typescript", _TYPESCRIPT + _JSX, "language_tsx"),
    "go": Grammar(
        "tree_sitter_go",
        """
        [(function_declaration) (method_declaration)] @function
        (short_var_declaration
          left: (expression_list . (identifier) .) right: (expression_list . (func_literal) .)) @function
        (var_spec name: (identifier) value: (expression_list . (func_literal) .)) @function
        (assignment_statement left: (expression_list . (_) .) right: (expression_list . (func_literal) .)) @function
        (keyed_element value: (literal_element (func_literal))) @function
        (type_spec) @type
        (call_expression function: [(identifier) @call (selector_expression field: (field_identifier) @call)])
        (type_conversion_expression
          type: (generic_type type: [(type_identifier) @call (qualified_type name: (_) @call)]))
        (composite_literal type: [(type_identifier) @call (qualified_type name: (type_identifier) @call)])
        """,
    ),
    "java": Grammar(
        "tree_sitter_java",
        """
        [(method_declaration) (constructor_declaration) (compact_constructor_declaration)] @function
        (variable_declarator value: (lambda_expression)) @function
        [(class_declaration) (interface_declaration) (enum_declaration) (record_declaration)
         (annotation_type_declaration)] @type
        (method_invocation name: (identifier) @call)
        (method_reference (identifier) @call .)
        (object_creation_expression type: [(type_identifier) @call (generic_type . (type_identifier) @call)])
        """,
    ),
    "rust": Grammar(
        "tree_sitter_rust",
        """
        [(function_item) (macro_definition)] @function
        (let_declaration pattern: (identifier) value: (closure_expression)) @function
        [(struct_item) (enum_item) (union_item) (trait_item) (impl_item)] @type
        (mod_item body: (_)) @type
        (attribute_item) @mark
        (call_expression function: [
          (identifier) @call
          (field_expression field: (field_identifier) @call)
          (scoped_identifier name: (identifier) @call)
          (generic_function function: [
            (identifier) @call
            (field_expression field: (field_identifier) @call)
            (scoped_identifier name: (identifier) @call)])])
        (macro_invocation macro: [(identifier) @call (scoped_identifier name: (identifier) @call)])
        (token_tree (identifier) @call . (token_tree))
        """,
    ),
    "c": Grammar("tree_sitter_c", _C),
    "cpp": Grammar("tree_sitter_cpp", _CPP),
    "ruby": Grammar(
        "tree_sitter_ruby",
        """
        [(method) (singleton_method)] @function
        (assignment right: (lambda)) @function
        (assignment right: (call !receiver method: (identifier) @_maker block: (_))
          (#any-of? @_maker "lambda" "proc")) @function
        [(class) (module)] @type
        (identifier) @bare
        (call method: [(identifier) (constant)] @call)
        (assignment left: (identifier) @local)
        (method_parameters (identifier) @local)
        (block_parameters (identifier) @local)
        (lambda_parameters (identifier) @local)
        (optional_parameter name: (identifier) @local)
        (keyword_parameter name: (identifier) @local)
        (splat_parameter name: (identifier) @local)
        (hash_splat_parameter name: (identifier) @local)
        (block_parameter name: (identifier) @local)
        """,
    ),
    "php": Grammar(
        "tree_sitter_php",
        """
        [(function_definition) (method_declaration)] @function
        (assignment_expression left: (_) right: [(anonymous_function) (arrow_function)]) @function
        (array_element_initializer (string) [(anonymous_function) (arrow_function)]) @function
        [(class_declaration) (interface_declaration) (trait_declaration) (enum_declaration)] @type
        (function_call_expression function: [(name) @call (qualified_name (name) @call) (variable_name (name) @call)])
        (member_call_expression name: (name) @call)
        (nullsafe_member_call_expression name: (name) @call)
        (scoped_call_expression name: (name) @call)
        (object_creation_expression [(name) @call (qualified_name (name) @call)])
        """,
        "language_php",
    ),
    "c-sharp": Grammar(
        "tree_sitter_c_sharp",
        """
        [(method_declaration) (constructor_declaration) (destructor_declaration) (property_declaration)
         (local_function_statement) (operator_declaration) (indexer_declaration)] @function
        (variable_declarator [(lambda_expression) (anonymous_method_expression)]) @function
        [(class_declaration) (struct_declaration) (interface_declaration) (enum_declaration) (record_declaration)
         (delegate_declaration)] @type
        (invocation_expression function: [
          (identifier) @call
          (generic_name (identifier) @call)
          (member_access_expression name: [(identifier) @call (generic_name (identifier) @call)])
          (conditional_access_expression
            (member_binding_expression name: [(identifier) @call (generic_name (identifier) @call)]))])
        (object_creation_expression type: [
          (identifier) @call
          (generic_name (identifier) @call)
          (qualified_name name: (identifier) @call)])
        """,
    ),
}
"""Language, as `language_of` names it, to grammar."""
