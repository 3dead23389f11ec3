// The syntax of HCL2, native form, as polc reads it.
//
// The tokens come from compiler/syntax/scan.h, not from an ANTLR lexer: a heredoc ends at a
// marker that the text itself chooses, a quoted string nests templates that nest strings,
// and every position is a byte offset; compiler/syntax/layout.h then balances the brackets,
// drops the line ends and the last commas that mean nothing, and tells words from names. What is
// left here is decided by one token of look-ahead, always: the generated code never asks ANTLR's
// simulator, and quick_parser.h relies on that.
//
// Operators are a flat chain; precedence is for whoever builds the Ast.
parser grammar PolParser;

options {
  superClass = QuickParser;
  contextSuperClass = QuickContext;
}

tokens {
  NEWLINE, IDENTIFIER, INTEGER, DECIMAL, STRING, RAW_STRING, HEREDOC, FOR, IN, IF,
  EQUAL, LBRACE, RBRACE, LBRACKET, RBRACKET, LPAREN, RPAREN,
  COMMA, COLON, DOT, ELLIPSIS, ARROW, QUESTION, BANG, MINUS, STAR, OPERATOR,
  TEMPLATE_BEGIN, TEMPLATE_TEXT, INTERPOLATION, INTERPOLATION_END, TEMPLATE_END, ERROR
}

@postinclude {
#include "quick_parser.h"
}

configuration : NEWLINE? body EOF ;

body : item* ;

item : IDENTIFIER (EQUAL expression | block) NEWLINE ;

block : label* LBRACE (NEWLINE body | oneLine)? RBRACE ;

label : IDENTIFIER | STRING ;

// What a block on one line may hold.
oneLine : IDENTIFIER EQUAL expression ;

expression
  : (BANG | MINUS)* term ((MINUS | STAR | OPERATOR) (BANG | MINUS)* term)* conditional?
  ;

conditional : QUESTION expression COLON expression ;

term
  : (INTEGER | DECIMAL | STRING | RAW_STRING | HEREDOC | IDENTIFIER call? | templateString
    | list | object | parentheses) suffix*
  ;

call : LPAREN (expression (COMMA expression)* ELLIPSIS?)? RPAREN ;

parentheses : LPAREN expression RPAREN ;

// A quoted string or heredoc with interpolation.
templateString
  : TEMPLATE_BEGIN (TEMPLATE_TEXT | INTERPOLATION expression INTERPOLATION_END)* TEMPLATE_END
  ;

suffix
  : DOT (IDENTIFIER | INTEGER | STAR)
  | LBRACKET (expression | STAR) RBRACKET
  ;

list
  : LBRACKET (forIntroduction expression forCondition? | expression (COMMA expression)*)?
    RBRACKET
  ;

object
  : LBRACE (forIntroduction expression ARROW expression ELLIPSIS? forCondition?
           | objectItem ((COMMA | NEWLINE) objectItem)*)?
    RBRACE
  ;

objectItem : expression (EQUAL | COLON) expression ;

forIntroduction : FOR IDENTIFIER (COMMA IDENTIFIER)? IN expression COLON ;

forCondition : IF expression ;
