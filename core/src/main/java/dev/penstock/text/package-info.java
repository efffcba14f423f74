/** Words for people in messages. Start at {@link dev.penstock.text.Suggestion}. */
@NullMarked
package dev.penstock.text;

import org.jspecify.annotations.NullMarked;
