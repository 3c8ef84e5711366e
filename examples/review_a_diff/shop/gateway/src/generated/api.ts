// Code generated from backend/openapi.yaml. DO NOT EDIT.
/* eslint-disable */

export interface Line {
  sku: string;
  quantity: number;
  cents: number;
}

export interface Order {
  id: number;
  status: "open" | "paid" | "shipped" | "cancelled";
  country: string;
  cents: number;
  createdAt: string;
  lines: Line[];
}

export interface Product {
  sku: string;
  title: string;
  cents: number;
  available: boolean;
}

export const paths = {
  orders: "/orders",
  products: "/products",
} as const;
