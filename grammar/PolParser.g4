// The structural syntax of HCL2, native form, as polc reads it.
//
// The tokens come from compiler/syntax/scan.h, not from an ANTLR lexer: a heredoc ends at a
// marker that the text itself chooses, a quoted string nests templates that nest strings,
// and every position is a byte offset; compiler/syntax/layout.h then balances the brackets and
// drops the line ends that mean nothing. What is left here is decided by one token of
// look-ahead, lists and objects apart (two).
//
// Expressions are read in full, also the kinds that this edition refuses: whoever turns the
// tree into an Ast says so, once, and the rest of the file is still understood. Operators
// are a flat chain; precedence is for whoever evaluates them.
parser grammar PolParser;

tokens {
  NEWLINE, IDENTIFIER, INTEGER, DECIMAL, STRING, RAW_STRING, HEREDOC, FOR,
  EQUAL, LBRACE, RBRACE, LBRACKET, RBRACKET, LPAREN, RPAREN,
  COMMA, COLON, DOT, ELLIPSIS, ARROW, QUESTION, BANG, MINUS, STAR, OPERATOR, ERROR
}

configuration : NEWLINE? body EOF ;

body : item* ;

item : IDENTIFIER (assignment | block) NEWLINE ;

assignment : EQUAL expression ;

block : label* LBRACE (NEWLINE body | oneLine)? RBRACE ;

label : IDENTIFIER | STRING ;

// What a block on one line may hold.
oneLine : IDENTIFIER assignment ;

expression : prefix* term (infix prefix* term)* conditional? ;

prefix : BANG | MINUS ;

infix : MINUS | STAR | OPERATOR ;

conditional : QUESTION expression COLON expression ;

term : (literal | name | list | object | parentheses) suffix* ;

literal : INTEGER | DECIMAL | STRING | RAW_STRING | HEREDOC ;

name : IDENTIFIER call? ;

call : LPAREN (expression (COMMA expression)* (COMMA | ELLIPSIS)?)? RPAREN ;

parentheses : LPAREN expression RPAREN ;

suffix
  : DOT (IDENTIFIER | INTEGER | STAR)
  | LBRACKET (expression | STAR) RBRACKET
  ;

list : LBRACKET (forIntroduction expression forCondition? | elements?) RBRACKET ;

elements : expression (COMMA expression)* COMMA? ;

object
  : LBRACE (forIntroduction expression ARROW expression ELLIPSIS? forCondition?
           | objectItems?) RBRACE
  ;

objectItems : objectItem (separator objectItem)* separator? ;

separator : COMMA NEWLINE? | NEWLINE ;

objectItem : expression (EQUAL | COLON) expression ;

forIntroduction : FOR IDENTIFIER (COMMA IDENTIFIER)? IDENTIFIER expression COLON ;

forCondition : IDENTIFIER expression ;
