/** Status and state of a running Penstock as a pure handler. */
@NullMarked
package dev.penstock.admin;

import org.jspecify.annotations.NullMarked;
