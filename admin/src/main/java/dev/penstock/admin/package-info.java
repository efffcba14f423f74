/**
 * Status and state of a running Penstock as a pure handler: an {@link dev.penstock.admin.AdminHandler} answers an
 * {@link dev.penstock.admin.AdminRequest}; whoever has a listener mounts it there.
 */
@NullMarked
package dev.penstock.admin;

import org.jspecify.annotations.NullMarked;
